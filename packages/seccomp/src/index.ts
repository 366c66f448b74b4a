export { type CompiledSeccomp, compileSeccomp, type FilterCache } from './compile-seccomp.js';
export { defaultSeccomp } from './default-profile/default-seccomp.js';
export type { SeccompErrorCode } from './errors.js';
export type { ProfileCondition, ProfileFacts, ProfileRule, SeccompProfile } from './profile/profile.js';
export { readProfile } from './profile/read-profile.js';
export { resolveProfile } from './profile/resolve-profile.js';
export { selectSupportedFlags } from './supported-flags.js';
