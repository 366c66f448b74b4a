import type { Kernel, LaunchedProcess } from '@mini/contracts';
import test from 'ava';
import { nativeKernel } from '../../src/index.js';
import { trackProcess } from '../../src/start/tracked-process.js';

/** A kernel whose processes end when the test says so; the real one closes descriptors, so these are real. */
function fakeKernel() {
  const real = nativeKernel();
  const watched = new Map<number, () => void>();
  const signals: [pidfd: number, signal: number][] = [];
  const ended = new Map<number, { exitCode: number; signal: null }>();
  const kernel = {
    watch(fd: number, onReadable: () => void) {
      watched.set(fd, onReadable);
      return () => watched.delete(fd);
    },
    waitPidfd: (fd: number) => ended.get(fd),
    sendSignal(fd: number, signal: number) {
      signals.push([fd, signal]);
      return true;
    },
  } as unknown as Kernel;
  const end = (fd: number, exitCode: number) => {
    ended.set(fd, { exitCode, signal: null });
    watched.get(fd)?.();
  };
  const make = (pid: number): LaunchedProcess => ({ pid, pidfd: real.openPidfd(process.pid) });
  return { kernel, end, make, signals };
}

test('the process that the helper has forked takes its place', async (t) => {
  const { kernel, end, make } = fakeKernel();
  const [helper, command] = [make(10), make(11)];
  const tracked = trackProcess(kernel, helper, true);
  t.is(tracked.pid, 10);
  end(helper.pidfd, 0);
  t.is(tracked.pidfd, -1);
  tracked.replace(command.pid, command.pidfd);
  t.deepEqual([tracked.pid, tracked.pidfd], [11, command.pidfd]);
  end(command.pidfd, 3);
  t.deepEqual(await tracked.exited, { exitCode: 3, signal: null });
  t.is(tracked.pidfd, -1);
  t.false(tracked.sendSignal(9));
});

test('a signal that meets the helper reaches the process after it', async (t) => {
  const { kernel, end, make, signals } = fakeKernel();
  const [helper, command] = [make(10), make(11)];
  const tracked = trackProcess(kernel, helper, true);
  t.true(tracked.sendSignal(15));
  end(helper.pidfd, 0);
  // The helper is gone and the process not yet known: the signal waits.
  t.true(tracked.sendSignal(9));
  tracked.replace(command.pid, command.pidfd);
  t.deepEqual(signals, [
    [helper.pidfd, 15],
    [command.pidfd, 9],
  ]);
  end(command.pidfd, 0);
  await tracked.exited;
});

test('a helper that will not fork is the process', async (t) => {
  const { kernel, end, make } = fakeKernel();
  const helper = make(10);
  const tracked = trackProcess(kernel, helper, true);
  tracked.keep();
  end(helper.pidfd, 1);
  t.deepEqual(await tracked.exited, { exitCode: 1, signal: null });
});
