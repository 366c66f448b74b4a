import { openSync } from 'node:fs';
import {
  attachContainer,
  findContainer,
  inspectContainer,
  logs,
  type RunRequest,
  removeContainer,
  restartContainer,
  run,
  runDetached,
  stats,
  stopContainer,
  waitContainer,
} from '@mini/cli';
import test, { type ExecutionContext } from 'ava';
import { freshName } from '../support/detached.js';
import { busyboxRoot } from '../support/roots.js';

const root = { kind: 'directory', path: busyboxRoot(), overlay: false } as const;
/** Does not end when it is asked to. */
const STUBBORN = 'trap "" TERM; while :; do echo x; sleep 0.05; done';

async function start(t: ExecutionContext, more: Partial<RunRequest> = {}) {
  const container = await runDetached({
    root,
    command: ['sh', '-c', STUBBORN],
    name: freshName(),
    stopTimeoutMs: -1,
    ...more,
  });
  t.teardown(() => removeContainer(container.id, { force: true }));
  return container;
}

/** A signal to give to what waits, and how to abort it. */
function openAbort() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(new Error('enough')) };
}

const before = AbortSignal.abort(new Error('before'));

test('waiting, stopping and attaching end by an AbortSignal; the container goes on', async (t) => {
  const { id } = await start(t);
  const nullFd = openSync('/dev/null', 'r+');
  const waits: Record<string, (signal: AbortSignal) => Promise<unknown>> = {
    wait: (signal) => waitContainer(id, { signal }),
    stop: (abort) => stopContainer(id, { abort }),
    attach: (signal) => attachContainer(id, { signal, stdio: [nullFd, nullFd, nullFd] }),
  };
  for (const [name, wait] of Object.entries(waits)) {
    const { signal, abort } = openAbort();
    const waiting = wait(signal);
    setImmediate(abort);
    await t.throwsAsync(waiting, { message: 'enough' }, name);
    await t.throwsAsync(wait(before), { message: 'before' }, name);
    t.is(findContainer(id).state.status, 'running', name);
  }
});

test('a restart that is aborted does not start it again', async (t) => {
  const { id } = await start(t);
  const { signal, abort } = openAbort();
  const restarting = restartContainer(id, { abort: signal });
  setImmediate(abort);
  await t.throwsAsync(restarting, { message: 'enough' });
  await t.throwsAsync(restartContainer(id, { abort: before }), { message: 'before' });
  t.is(findContainer(id).state.status, 'running');
  await stopContainer(id, { timeoutMs: 0 });
  t.is(inspectContainer(id).State.ExitCode, 137);
  await t.throwsAsync(restartContainer(id, { abort: before }), { message: 'before' });
  t.is(findContainer(id).state.status, 'exited');
});

test('what is iterated over rejects too, while it waits and between two pieces', async (t) => {
  const { id } = await start(t);
  const quiet = await start(t, { command: ['sh', '-c', 'trap "" TERM; echo x; sleep 1000; true'] });
  const iterate: Record<string, (signal: AbortSignal) => AsyncIterable<unknown>> = {
    'logs of a busy one': (signal) => logs(id, { follow: true, signal }),
    'logs of a quiet one': (signal) => logs(quiet.id, { follow: true, signal }),
    'logs as they are': (signal) => logs(id, { signal }),
    stats: (signal) => stats({ containers: [id], intervalMs: 60_000, signal }),
  };
  for (const [name, make] of Object.entries(iterate)) {
    const { signal, abort } = openAbort();
    const read = async () => {
      for await (const _ of make(signal)) setImmediate(abort);
    };
    const all = async () => {
      for await (const _ of make(before)) t.fail();
    };
    // What does not wait has ended by itself.
    if (name !== 'logs as they are') await t.throwsAsync(read, { message: 'enough' }, name);
    await t.throwsAsync(all, { message: 'before' }, name);
  }
});

test('the signal of run ends the container, whose end is the result', async (t) => {
  const nullFd = openSync('/dev/null', 'r+');
  const controller = new AbortController();
  const result = await run(
    { root, command: ['sleep', '1000'], rm: true },
    {
      stdio: [nullFd, nullFd, nullFd],
      signal: controller.signal,
      onStarted: () => controller.abort(),
    },
  );
  t.like(result, { exitCode: 137, signal: 'SIGKILL' });
});
