import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { isRuntimeError, RuntimeError } from '@mini/contracts';
import { type Pump, startPump } from '@mini/runtime-core';
import { type Engine, openEngine } from './engine.js';
import { forwardSignals } from './forward-signals.js';
import { type RunRequest, withDefaults } from './run-options.js';
import type { RunResult, RunStreams } from './run-result.js';
import {
  type StartConnection,
  type StartedContainer,
  startExistingContainer,
  startNewContainer,
} from './start-container.js';

const OUR_STDIO = [0, 1, 2] as const;
/** Errors after which the container may live on. */
const LEAVES_CONTAINER = new Set(['monitor-lost', 'terminal-lost']);

/**
 * Runs a container in the foreground and resolves when it has ended. Rejects with `RuntimeError`: `command-not-found` and
 * `command-not-executable` for the command, anything else for the engine; nothing of the container is left then. Only
 * `monitor-lost` and `terminal-lost` are different: the container may live on, and is left as it is.
 */
export async function run(
  request: RunRequest,
  streams: RunStreams = {},
  engine: Engine = openEngine(),
): Promise<RunResult> {
  const options = withDefaults(request);
  const stdio = streams.stdio ?? OUR_STDIO;
  let pump: Pump | undefined;
  let loseTerminal: (error: unknown) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    loseTerminal = reject;
  });
  lost.catch(() => undefined);
  const onStdin = (sinkFd: number) => {
    // A terminal has an input, also when nobody is to type into it.
    if (!options.interactive) return closeSync(sinkFd);
    pump = startPump(engine.kernel, stdio[0], sinkFd);
    void pump.hungUp.then(() => loseTerminal(terminalLostError()));
  };
  const container = await startNewContainer(engine, options, { stdio, detached: false, onStdin });
  try {
    const result = await supervise(engine, streams, container, lost);
    if (options.rm) container.entry.remove();
    return result;
  } catch (error) {
    if (isRuntimeError(error) && LEAVES_CONTAINER.has(error.code)) throw error;
    const failures = container.undo.run();
    throw isRuntimeError(error) ? error.withCleanup(failures) : error;
  } finally {
    pump?.stop();
    closeSync(container.pidfd);
  }
}

/** A container that runs without this process. */
export interface DetachedContainer {
  readonly id: string;
  readonly name: string;
  readonly pid: number;
}

/** Starts a container that goes on without this process; resolves once its command runs. Rejects as `run` does. */
export async function runDetached(
  request: RunRequest,
  engine: Engine = openEngine(),
): Promise<DetachedContainer> {
  const options = withDefaults(request);
  return detach(await withNothing((connection) => startNewContainer(engine, options, connection)));
}

/** `mini start`: starts one that exists. Resolves once its command runs, at once when it runs already. */
export async function startDetached(reference: string, engine: Engine = openEngine()): Promise<void> {
  const started = await withNothing((connection) => startExistingContainer(engine, reference, connection));
  if (started !== undefined) detach(started);
}

/** A container that nobody is connected to. */
async function withNothing<T>(start: (connection: StartConnection) => Promise<T>): Promise<T> {
  const nullFd = openSync('/dev/null', 'r+');
  try {
    return await start({ stdio: [nullFd, nullFd, nullFd], detached: true });
  } finally {
    closeSync(nullFd);
  }
}

function detach({ id, name, pid, pidfd }: StartedContainer): DetachedContainer {
  closeSync(pidfd);
  return { id, name, pid };
}

/** From the start to the exit status; signals are ours again afterwards. */
async function supervise(
  { kernel }: Engine,
  { signal: abort, forwardSignals: isForwarding = false, onStarted }: RunStreams,
  { id, name, pid, pidfd, cgroup, exited }: StartedContainer,
  lost: Promise<never>,
): Promise<RunResult> {
  const send = (signal: number) => kernel.sendSignal(pidfd, signal);
  const kill = () => send(constants.signals.SIGKILL);
  const stopForwarding = isForwarding ? forwardSignals(send) : () => undefined;
  if (abort?.aborted) kill();
  abort?.addEventListener('abort', kill, { once: true });
  try {
    onStarted?.({ id, name, pid });
    const { exitCode, signal } = await Promise.race([exited, lost]);
    // The count of OOM kills is read while the cgroup is there.
    const oomKilled = cgroup !== undefined && cgroup.oomKillCount() > 0;
    cgroup?.remove();
    const code = exitCode ?? 128 + constants.signals[signal ?? 'SIGKILL'];
    return { id, name, exitCode: code, signal, oomKilled };
  } finally {
    stopForwarding();
    abort?.removeEventListener('abort', kill);
  }
}

/** Who waits at a terminal that is gone waits for nothing; the container goes on, as it does when its client is killed. */
function terminalLostError(): RuntimeError<'terminal-lost'> {
  return new RuntimeError({
    code: 'terminal-lost',
    message: 'failed to stay connected to the container: the terminal was hung up',
  });
}
