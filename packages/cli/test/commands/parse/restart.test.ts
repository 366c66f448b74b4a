import test from 'ava';
import { parseRestart } from '../../../src/commands/parse/restart.js';

const right = [
  ['no', { policy: 'no', most: 0 }],
  ['always', { policy: 'always', most: 0 }],
  ['unless-stopped', { policy: 'unless-stopped', most: 0 }],
  ['on-failure', { policy: 'on-failure', most: 0 }],
  ['on-failure:7', { policy: 'on-failure', most: 7 }],
] as const;
for (const [value, policy] of right) {
  test(`"${value}" is a policy`, (t) => t.deepEqual(parseRestart(value), policy));
}

const wrong = [
  ['sometimes', 'the policy must be one of no, on-failure, always, unless-stopped'],
  ['', 'the policy must be one of no, on-failure, always, unless-stopped'],
  ['on-failure:1:2', 'the policy must be one of no, on-failure, always, unless-stopped'],
  ['always:3', 'only on-failure takes a number'],
  ['on-failure:x', 'a whole number 0 or more is needed'],
] as const;
for (const [value, message] of wrong) {
  test(`"${value}" is none`, (t) => {
    t.throws(() => parseRestart(value), { message });
  });
}
