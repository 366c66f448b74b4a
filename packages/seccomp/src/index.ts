export { type CompiledSeccomp, compileSeccomp, type FilterCache } from './compile-seccomp.js';
export { defaultSeccomp } from './default-profile/default-seccomp.js';
export type { SeccompErrorCode } from './errors.js';
