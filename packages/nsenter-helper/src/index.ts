export { type NsenterHelperErrorCode, nsenterHelperPath } from './helper-path.js';
