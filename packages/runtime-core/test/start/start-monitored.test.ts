import test from 'ava';
import { compileMonitorRecord, decodeWaitStatus } from '../../src/start/start-monitored.js';

test('descriptors are numbered as the monitor will have them', (t) => {
  const { record, passFds } = compileMonitorRecord(
    {
      plan: { steps: [] },
      cloneFlags: 7,
      stdio: [0, 1, 2],
      cgroup: { joinFds: [30, 31], intoCgroupFd: -1 },
      passFds: [40],
      terminal: true,
      stdinOpen: false,
    },
    20,
    21,
  );
  // 3 is the record and 4 the control socket; what is passed follows in this order.
  t.deepEqual(
    passFds.map((fd, index) => [fd, index + 5]),
    [
      [20, 5],
      [30, 6],
      [31, 7],
      [21, 8],
      [40, 9],
    ],
  );
  t.is(record.launch.helperFd, 5);
  t.deepEqual(record.launch.joinFds, [6, 7]);
  t.deepEqual(record.launch.passFds, [8, -1, 9]);
  t.is(record.launch.intoCgroupFd, -1);
});

test('a wait status is an exit code or a signal', (t) => {
  t.deepEqual(decodeWaitStatus(3 << 8), { exitCode: 3, signal: null });
  t.deepEqual(decodeWaitStatus(9), { exitCode: null, signal: 'SIGKILL' });
  t.deepEqual(decodeWaitStatus(11 | 0x80), { exitCode: null, signal: 'SIGSEGV' });
});
