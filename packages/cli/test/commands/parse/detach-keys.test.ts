import test from 'ava';
import { parseDetachKeys } from '../../../src/commands/parse/detach-keys.js';

const right: readonly (readonly [string, readonly number[]])[] = [
  ['ctrl-p,ctrl-q', [16, 17]],
  ['ctrl-@', [0]],
  ['ctrl-[,a,CTRL-_', [27, 97, 31]],
  ['', []],
];
for (const [value, bytes] of right) {
  test(`"${value}" are keys`, (t) => t.deepEqual([...parseDetachKeys(value)], bytes));
}

for (const value of ['ctrl-', 'ctrl-1', 'ab', 'a,', 'ctrl-p ctrl-q', 'ä']) {
  test(`"${value}" are none`, (t) => {
    t.throws(() => parseDetachKeys(value), {
      message: 'keys are letters or ctrl- with a letter, separated by commas',
    });
  });
}

test('there is a most', (t) => {
  t.throws(() => parseDetachKeys(Array(65).fill('a').join(',')), { message: 'at most 64 keys are possible' });
});
