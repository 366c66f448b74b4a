import test from 'ava';
import { judge, listShortcomings } from '../../../src/bench/proof/compare.js';

const mini = new Map([
  ['mount /sys', 'ro'],
  ['device /dev/core', 'link'],
  ['hostname', 'box'],
]);
const reason = 'the link is not made';
const known = [{ sides: ['runc run'], facts: /^device \/dev\/core$/, reason }];

test('a difference is explained or it is not', (t) => {
  const other = new Map([
    ['mount /sys', 'rw'],
    ['hostname', 'box'],
  ]);
  t.deepEqual(judge('runc run', mini, other, known), {
    side: 'runc run',
    equalFacts: 1,
    meant: [{ reason, differences: [{ fact: 'device /dev/core', mini: 'link', other: undefined }] }],
    unexplained: [{ fact: 'mount /sys', mini: 'ro', other: 'rw' }],
  });
});

test('an explanation holds for its side alone', (t) => {
  const { unexplained } = judge('crun run', mini, new Map(), known);
  t.is(unexplained.length, 3);
});

test('equally wrong is no proof', (t) => {
  const facts = new Map([
    ['namespace pid', "the host's"],
    ['namespace user', "the host's"],
    ['group cpu', 'not joined'],
    ['limit pids.max', 'max'],
    ['limit other', '1'],
  ]);
  t.deepEqual(listShortcomings(facts, { 'pids.max': '32' }), [
    'namespace pid is "the host\'s", not "its own"',
    'group cpu is "not joined", not "joined"',
    'limit pids.max is "max", not "32"',
  ]);
});
