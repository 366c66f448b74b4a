import test from 'ava';
import {
  decodeHealthLooks,
  decodeMonitorStatus,
  encodeLaunchRecord,
  encodeMonitorRecord,
  type LaunchRecord,
  MONITOR_FORMAT,
  RESTART_POLICY,
  STATUS_FORMAT,
} from '../src/index.js';

const launch: LaunchRecord = {
  cloneFlags: 0,
  helperFd: 9,
  stdinFd: -1,
  stdoutFd: -1,
  stderrFd: -1,
  intoCgroupFd: -1,
  joinFds: [20],
  passFds: [5, -1],
};

const toBytes = (words: readonly number[]) => new Uint8Array(BigInt64Array.from(words, BigInt).buffer);

test('a monitor record holds what comes later and the launch record', (t) => {
  const bytes = encodeMonitorRecord({
    terminal: true,
    stdinOpen: false,
    detached: true,
    directoryFd: 8,
    logMaxBytes: 1000,
    logMaxFiles: 3,
    oomFd: -1,
    frozenFd: 10,
    ownPlanFd: 11,
    eventFd: 12,
    stopSignal: 15,
    againPlanFd: 13,
    restartPolicy: 'on-failure',
    restartMost: 4,
    mapsBarrier: 6,
    health: {
      planFd: 14,
      helperFd: 16,
      intervalMs: 30_000,
      timeoutMs: 20_000,
      retries: 3,
      startPeriodMs: 0,
      startIntervalMs: 5000,
    },
    launch,
  });
  const words = Array.from(new BigInt64Array(bytes.slice().buffer), Number);
  t.deepEqual(words.slice(0, 4), [MONITOR_FORMAT.magic, MONITOR_FORMAT.version, 1, 0]);
  t.deepEqual(words.slice(4, 13), [1, 8, 1000, 3, -1, 10, 11, 12, 15]);
  t.deepEqual(words.slice(13, 17), [13, RESTART_POLICY['on-failure'], 4, 6]);
  t.deepEqual(words.slice(17, 24), [14, 16, 30_000, 20_000, 3, 0, 5000]);
  t.deepEqual(words.slice(24), Array.from(encodeLaunchRecord(launch), Number));
});

test('a status is decoded, anything else is refused', (t) => {
  const words = [STATUS_FORMAT.magic, STATUS_FORMAT.version, 10, 11, 12, 13, 14, 15, 256, 1, 2, 1, 3, 4];
  const bytes = toBytes(words);
  t.deepEqual(decodeMonitorStatus(bytes), {
    monitorPid: 10,
    monitorStartTime: 11,
    pid: 12,
    startTime: 13,
    startedMs: 14,
    endedMs: 15,
    waitStatus: 256,
    oomKilled: true,
    restartCount: 2,
    restarting: true,
    health: 'unhealthy',
    failingStreak: 4,
  });
  t.is(decodeMonitorStatus(Buffer.from(bytes)).endedMs, 15);
  for (const length of [0, 1, 8, 111]) {
    t.throws(() => decodeMonitorStatus(bytes.slice(0, length)), {
      message: `failed to decode a monitor status: ${length} bytes are not one of version 2`,
    });
  }
  t.throws(() => decodeMonitorStatus(toBytes(words.map((word, index) => (index === 12 ? 4 : word)))), {
    code: 'bad-status',
  });
});

test('looks at the health are decoded, the oldest first; half a look is none', (t) => {
  const output = new TextEncoder().encode('not yet\n');
  const bytes = new Uint8Array([...toBytes([1, 2, 1, output.length]), ...output, ...toBytes([3, 4, -1, 0])]);
  const first = { startedMs: 1, endedMs: 2, exitCode: 1, output: 'not yet\n' };
  t.deepEqual(decodeHealthLooks(bytes), [first, { startedMs: 3, endedMs: 4, exitCode: -1, output: '' }]);
  t.deepEqual(decodeHealthLooks(bytes.slice(0, -1)), [first]);
  t.deepEqual(decodeHealthLooks(toBytes([1, 2, 0, -5])), []);
  t.deepEqual(decodeHealthLooks(new Uint8Array()), []);
});
