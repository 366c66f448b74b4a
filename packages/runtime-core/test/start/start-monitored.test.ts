import test from 'ava';
import { BARRIER } from '../../src/compile/barrier.js';
import { decodeWaitStatus } from '../../src/start/monitor-channel.js';
import { compileMonitorRecord } from '../../src/start/monitor-record.js';

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
    { helperFd: 20, planFd: 21, ownPlanFd: -1, againPlanFd: -1, healthPlanFd: -1, healthHelperFd: -1 },
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
  t.like(record, { directoryFd: -1, ownPlanFd: -1, againPlanFd: -1, restartPolicy: 'no' });
  t.is(record.health.planFd, -1);
  t.is(record.mapsBarrier, 0);
});

test('what a monitor does later is in its record', (t) => {
  const times = { intervalMs: 1, timeoutMs: 2, retries: 3, startPeriodMs: 4, startIntervalMs: 5 };
  const plan = { steps: [] };
  const { record, passFds } = compileMonitorRecord(
    {
      plan,
      cloneFlags: 0,
      stdio: [0, 1, 2],
      cgroup: { joinFds: [], intoCgroupFd: 30 },
      passFds: [],
      terminal: false,
      stdinOpen: true,
      detached: true,
      writeMonitorMaps: () => undefined,
      keep: {
        directoryFd: 40,
        log: { maxBytes: 7, maxFiles: 2 },
        oomFd: -1,
        frozenFd: 41,
        eventFd: 42,
        ownPlan: plan,
        stopSignal: 2,
        again: { plan, policy: 'on-failure', most: 4 },
        health: { plan, ...times },
      },
    },
    { helperFd: 20, planFd: 21, ownPlanFd: 22, againPlanFd: 23, healthPlanFd: 24, healthHelperFd: 25 },
  );
  const passed = (fd: number) => passFds.indexOf(fd) + 5;
  t.like(record, {
    detached: true,
    directoryFd: passed(40),
    logMaxBytes: 7,
    frozenFd: passed(41),
    eventFd: passed(42),
    ownPlanFd: passed(22),
    againPlanFd: passed(23),
    stopSignal: 2,
    restartPolicy: 'on-failure',
    restartMost: 4,
    mapsBarrier: BARRIER.monitorMaps,
  });
  t.deepEqual(record.health, { ...times, planFd: passed(24), helperFd: passed(25) });
});

test('a wait status is an exit code or a signal', (t) => {
  t.deepEqual(decodeWaitStatus(3 << 8), { exitCode: 3, signal: null });
  t.deepEqual(decodeWaitStatus(9), { exitCode: null, signal: 'SIGKILL' });
  t.deepEqual(decodeWaitStatus(11 | 0x80), { exitCode: null, signal: 'SIGSEGV' });
});
