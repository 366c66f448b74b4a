import type { CapabilityName, Seccomp, SeccompRule } from '@mini/contracts';
import { architecturesOf } from '../architectures.js';
import { ALLOWED_CALLS } from './allowed-calls.js';
import { argumentRules } from './argument-rules.js';
import { UNLOCKED_CALLS } from './unlocked-calls.js';

const EPERM = 1;

/**
 * The default profile for a container with these capabilities, as `linux.seccomp` of a Spec: what is not named is denied
 * with EPERM. `machine` as `process.arch` names it. A pure function.
 */
export function defaultSeccomp(
  capabilities: readonly CapabilityName[],
  machine: string = process.arch,
): Seccomp {
  const has = (name: CapabilityName) => capabilities.includes(name);
  const unlocked = UNLOCKED_CALLS.filter((group) => group.capabilities.some(has));
  const allowed = [...ALLOWED_CALLS, ...unlocked].map(
    ({ names }): SeccompRule => ({ names, action: 'SCMP_ACT_ALLOW' }),
  );
  const architectures = architecturesOf(machine);
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: EPERM,
    ...(architectures.length === 0 ? {} : { architectures }),
    syscalls: [...allowed, ...argumentRules(has)],
  };
}
