export { type InitHelperErrorCode, initHelperPath } from './helper-path.js';
