import { RESTART_POLICY, type RestartPolicyKind } from '@mini/contracts';
import type { RestartPolicy } from '../../engine/run-options.js';
import { Problem } from '../problem.js';
import { parseInteger } from './number.js';

/** `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:N`. Throws `Problem`. */
export function parseRestart(value: string): RestartPolicy {
  const [policy = '', most, ...others] = value.split(':');
  if (!Object.hasOwn(RESTART_POLICY, policy) || others.length > 0) {
    throw new Problem(`the policy must be one of ${Object.keys(RESTART_POLICY).join(', ')}`, {
      hint: 'write it like always or on-failure:5',
    });
  }
  if (most !== undefined && policy !== 'on-failure') throw new Problem('only on-failure takes a number');
  return {
    policy: policy as RestartPolicyKind,
    most: most === undefined ? 0 : parseInteger(most, { least: 0 }),
  };
}
