import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { type ExitStatus, isRuntimeError } from '@mini/contracts';
import { NO_CGROUP, type Pump, startMonitored, startPump, writeIdMaps } from '@mini/runtime-core';
import { writeCidfile } from './cidfile.js';
import { Cleanup } from './cleanup.js';
import { type ContainerEntry, reserveContainer } from './container-store.js';
import { type Engine, openEngine } from './engine.js';
import { forwardSignals } from './forward-signals.js';
import { type PreparedContainer, prepareContainer } from './prepare-container.js';
import { type RunOptions, type RunRequest, withDefaults } from './run-options.js';
import type { RunResult, RunStreams } from './run-result.js';

const OUR_STDIO = [0, 1, 2] as const;

/**
 * Runs a container in the foreground and resolves when it has ended. Rejects with `RuntimeError`: `command-not-found` and
 * `command-not-executable` for the command, anything else for the engine; nothing of the container is left then.
 */
export async function run(
  request: RunRequest,
  streams: RunStreams = {},
  engine: Engine = openEngine(),
): Promise<RunResult> {
  const options = withDefaults(request);
  const undo = new Cleanup();
  try {
    const container = reserveContainer(engine, options, undo);
    if (options.cidfile !== undefined) writeCidfile(options.cidfile, container.id, undo);
    const prepared = prepareContainer(engine, options, container, undo);
    const status = await supervise(engine, options, streams, container, prepared);
    return finish(container, prepared, status);
  } catch (error) {
    // A container whose monitor is gone may live on: what is left is its state, for the next command to see.
    if (isRuntimeError(error) && error.code === 'monitor-lost') undo.discard();
    const failures = undo.run();
    throw isRuntimeError(error) ? error.withCleanup(failures) : error;
  }
}

/** From the launch to the exit status. Whatever happens, signals and terminal are ours again afterwards. */
async function supervise(
  engine: Engine,
  options: RunOptions,
  streams: RunStreams,
  container: ContainerEntry,
  prepared: PreparedContainer,
): Promise<ExitStatus> {
  let pump: Pump | undefined;
  const stdio = streams.stdio ?? OUR_STDIO;
  const process = launch(engine, options, prepared, stdio, (sinkFd) => {
    pump = startPump(engine.kernel, stdio[0], sinkFd);
  });
  const { pid, pidfd } = await process.started;
  container.setStarted(prepared.spec, pid);
  const send = (signal: number) => engine.kernel.sendSignal(pidfd, signal);
  const kill = () => send(constants.signals.SIGKILL);
  const stopForwarding = streams.forwardSignals === true ? forwardSignals(send) : () => undefined;
  if (streams.signal?.aborted) kill();
  streams.signal?.addEventListener('abort', kill, { once: true });
  streams.onStarted?.({ id: container.id, name: container.name, pid });
  try {
    return await process.exited;
  } finally {
    stopForwarding();
    streams.signal?.removeEventListener('abort', kill);
    pump?.stop();
    closeSync(pidfd);
  }
}

function launch(
  { kernel, caller }: Engine,
  { tty, interactive }: RunOptions,
  { plan, cloneFlags, passFds, closeRoot, cgroup, spec }: PreparedContainer,
  stdio: readonly [number, number, number],
  onStdin: (sinkFd: number) => void,
) {
  const join = cgroup?.openForLaunch();
  const { uidMappings = [], gidMappings = [] } = spec.linux;
  try {
    return startMonitored(kernel, {
      plan,
      cloneFlags,
      stdio,
      cgroup: join ?? NO_CGROUP,
      passFds,
      terminal: tty,
      stdinOpen: interactive,
      onStdin,
      onBarrier: (_, pid) => writeIdMaps(pid, uidMappings, gidMappings, caller.uid === 0),
    });
  } finally {
    join?.close();
    closeRoot();
  }
}

/** The count of OOM kills is read while the cgroup is there. */
function finish(
  container: ContainerEntry,
  { cgroup }: PreparedContainer,
  { exitCode, signal }: ExitStatus,
): RunResult {
  const oomKilled = cgroup !== undefined && cgroup.oomKillCount() > 0;
  cgroup?.remove();
  const result = {
    id: container.id,
    name: container.name,
    exitCode: exitCode ?? 128 + constants.signals[signal ?? 'SIGKILL'],
    signal,
    oomKilled,
  };
  container.setExited(result);
  return result;
}
