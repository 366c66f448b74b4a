export { compileTemplate } from './evaluate.js';
export { type Node, parseTemplate } from './parse.js';
export { toMap } from './values.js';
