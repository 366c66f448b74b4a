export { findUserMaps, type UserMaps } from './find-user-maps.js';
export { mapWithin } from './map-user-ids.js';
export { writeSubordinateMaps } from './write-subordinate-maps.js';
