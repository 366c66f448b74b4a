import test from 'ava';
import {
  decodeControlMessage,
  encodeControlMessage,
  encodeLaunchRecord,
  type LaunchRecord,
  MAX_JOIN_FDS,
  MAX_PASS_FDS,
} from '../src/index.js';

const record: LaunchRecord = {
  cloneFlags: 0x2c020000,
  helperFd: 9,
  stdinFd: 0,
  stdoutFd: 1,
  stderrFd: 2,
  intoCgroupFd: -1,
  joinFds: [20, 21],
  passFds: [5, 6, 7],
};

test('a launch record is words in the order of the struct', (t) => {
  const words = Array.from(encodeLaunchRecord(record), Number);
  t.is(words.length, 8 + MAX_JOIN_FDS + MAX_PASS_FDS);
  t.deepEqual(words.slice(0, 9), [0x2c020000, 9, 0, 1, 2, -1, 2, 20, 21]);
  t.deepEqual(words.slice(7 + MAX_JOIN_FDS, 11 + MAX_JOIN_FDS), [3, 5, 6, 7]);
});

test('too many descriptors are refused', (t) => {
  const joinFds = Array<number>(MAX_JOIN_FDS + 1).fill(3);
  t.throws(() => encodeLaunchRecord({ ...record, joinFds }), {
    message: 'failed to encode "joinFds": 25 descriptors, at most 24 are allowed',
  });
});

test('control messages are decoded, anything else is refused', (t) => {
  const encode = (...words: number[]) => new Uint8Array(BigInt64Array.from(words, BigInt).buffer);
  t.deepEqual(decodeControlMessage(encode(2, 6, 17, 13, 0)), {
    kind: 'failed',
    stage: 'run',
    step: 17,
    errno: 13,
    value: 0,
  });
  t.deepEqual(decodeControlMessage(encodeControlMessage({ kind: 'attach', value: 7 })), {
    kind: 'attach',
    stage: 'clone',
    step: 0,
    errno: 0,
    value: 7,
  });
  t.throws(() => decodeControlMessage(new Uint8Array(3)), {
    message: 'failed to decode a control message: 3 bytes instead of 40',
  });
  t.throws(() => decodeControlMessage(encode(99, 0, 0, 0, 0)), {
    message: 'failed to decode a control message: kind 99 stage 0 is unknown',
  });
});
