import type { Step } from '@mini/contracts';
import test from 'ava';
import { planBytes, recordOffsets, repairLength } from './support/bytes.js';
import { startByHand } from './support/driver.js';
import { close } from './support/samples.js';

const PASSED = 'failed to run the plan: there is no control socket on descriptor 4';
const plain = close([
  { op: 'hostname', name: 'inside' },
  { op: 'groups', gids: [1, 2] },
]);

function refuses(t: import('ava').ExecutionContext, bytes: Uint8Array, message: string, note?: string) {
  t.deepEqual(startByHand(bytes), { stderr: message, exitCode: 125 }, note);
}

/** The plain Plan with one 32-bit word replaced. `record` is the record's number, `at` counts from its start. */
function withWord(record: number, at: number, word: number, steps: readonly Step[] = plain): Uint8Array {
  const { bytes, view } = planBytes(steps);
  const start = record === -1 ? 0 : (recordOffsets(bytes)[record] ?? 0);
  view.setUint32(start + at, word, true);
  return bytes;
}

test('started by hand without descriptors', (t) => {
  t.deepEqual(startByHand(), {
    stderr: 'failed to start "mini-init": there is no plan on descriptor 3',
    exitCode: 125,
  });
});

test('a plan that is right but has nobody to report to', (t) => refuses(t, planBytes(plain).bytes, PASSED));

test('an empty file', (t) => refuses(t, new Uint8Array(), 'failed to check the plan: the header is cut'));

test('a file that is something else', (t) =>
  refuses(
    t,
    Buffer.from('#!/bin/sh\necho this is not a plan\n'),
    'failed to check the plan: the magic is not that of a plan',
  ));

test('a file of more than 1 MiB', (t) =>
  refuses(t, new Uint8Array((1 << 20) + 1), 'failed to check the plan: it is longer than 1 MiB'));

test('a version of the future', (t) =>
  refuses(t, withWord(-1, 4, 2), 'failed to check the plan: the version is unknown'));

test('a header that promises other records', (t) => {
  const message = 'failed to check the plan: the number of records is not what the header says';
  refuses(t, withWord(-1, 12, 3), message);
  refuses(t, withWord(-1, 12, 0xffffffff), message);
});

test('a plan cut at every byte', (t) => {
  const { bytes } = planBytes(plain);
  for (let length = 0; length < bytes.length; length++) {
    const reason = length < 16 ? 'the header is cut' : 'the length is not what the header says';
    refuses(t, bytes.subarray(0, length), `failed to check the plan: ${reason}`, `cut at ${length}`);
  }
});

test('a plan cut at every byte, its header knowing it', (t) => {
  const { bytes } = planBytes(plain);
  const offsets = recordOffsets(bytes);
  for (let length = 16; length < bytes.length; length++) {
    const record = offsets.findLastIndex((offset) => offset < length);
    const reason = offsets.includes(length)
      ? 'the number of records is not what the header says'
      : `the record is cut (record ${record})`;
    refuses(
      t,
      repairLength(bytes.subarray(0, length)),
      `failed to check the plan: ${reason}`,
      `cut at ${length}`,
    );
  }
});

test('bytes after the last record', (t) => {
  const { bytes } = planBytes(plain);
  const longer = new Uint8Array([...bytes, ...new Array<number>(8).fill(0)]);
  refuses(t, longer, 'failed to check the plan: the length is not what the header says');
  refuses(t, repairLength(longer), 'failed to check the plan: the step is unknown (record 4)');
});

const spoiled: readonly [name: string, bytes: Uint8Array, reason: string][] = [
  ['a step nobody knows', withWord(1, 0, 0x7777), 'the step is unknown (record 1)'],
  ['step 0', withWord(1, 0, 0), 'the step is unknown (record 1)'],
  ['step 65535', withWord(0, 0, 0xffff), 'the step is unknown (record 0)'],
  ['a flag nobody knows', withWord(0, 0, 15 | (4 << 16)), 'a flag is unknown (record 0)'],
  ['a record longer than the plan', withWord(3, 4, 0x7ffffff8), 'the record is cut (record 3)'],
  ['a record of 4 GiB', withWord(0, 4, 0xffffffff), 'the record is cut (record 0)'],
  ['a record shorter than its fields', withWord(0, 4, 8), 'a field is cut (record 0)'],
  ['a record longer than its fields', withWord(0, 4, 24), 'bytes are left over (record 0)'],
  ['a string longer than the record', withWord(0, 12, 9), 'a field is cut (record 0)'],
  ['a string of 4 GiB', withWord(0, 12, 0xffffffff), 'a field is cut (record 0)'],
  ['a string without an end', withWord(0, 20, 0x01016564), 'padding is not zero (record 0)'],
  ['a string without a NUL', withWord(0, 12, 6), 'a string has no end (record 0)'],
  ['a string of two', withWord(0, 8, 2), 'a string has the wrong count (record 0)'],
  ['an empty string without a NUL', withWord(0, 12, 0), 'a string has the wrong count (record 0)'],
  ['a NUL inside a string', withWord(0, 16, 0x00736e69), 'a string has the wrong count (record 0)'],
  ['a list of too many numbers', withWord(1, 8, 3), 'a list has the wrong length (record 1)'],
  ['a list of 2^32 - 1 numbers', withWord(1, 8, 0xffffffff), 'a list has the wrong length (record 1)'],
  ['2^29 numbers in no bytes', withWord(1, 8, 0x20000000), 'a list has the wrong length (record 1)'],
  ['a list of too many strings', withWord(3, 8, 4), 'a list of strings has the wrong count (record 3)'],
  [
    'a list of 2^32 - 1 strings',
    withWord(3, 8, 0xffffffff),
    'a list of strings has the wrong count (record 3)',
  ],
  [
    'bytes with a count',
    withWord(0, 16, 1, close([{ op: 'seccomp', flags: 0, program: new Uint8Array(8) }])),
    'bytes have a count (record 0)',
  ],
  [
    'tolerance of nothing',
    withWord(0, 8, 0, close([{ op: 'mkdir', path: '/', mode: 0, tolerates: ['EEXIST'] }])),
    'no errno is tolerated (record 0)',
  ],
  ['tolerance cut', withWord(0, 0, 33 | (1 << 16), close([{ op: 'setsid' }])), 'a field is cut (record 0)'],
];

for (const [name, bytes, reason] of spoiled) {
  test(`refuses ${name}`, (t) => refuses(t, bytes, `failed to check the plan: ${reason}`));
}
