import { closeSync, constants as fsConstants, openSync } from 'node:fs';
import { constants } from 'node:os';
import process from 'node:process';
import { openCgroup } from '@mini/cgroup-manager';
import { type Process, RuntimeError } from '@mini/contracts';
import { nsenterHelperPath } from '@mini/nsenter-helper';
import { resolveUser } from '@mini/rootfs-manager';
import {
  capabilitiesFor,
  compileExecPlan,
  NO_CGROUP,
  type OpenedTarget,
  openTarget,
  type Pump,
  startMonitored,
  startPump,
} from '@mini/runtime-core';
import { makeId } from '@mini/state-store';
import { readAvailableCapabilities } from './available-capabilities.js';
import { readContainerState } from './container-state.js';
import { type Container, findContainer } from './containers.js';
import { type Engine, isPrivileged, openEngine } from './engine.js';
import { recordEvent } from './events/event-log.js';
import { forwardSignals } from './forward-signals.js';
import { isPaused } from './life/container-status.js';
import { explainMissingInterpreter } from './missing-interpreter.js';
import type { RunStreams } from './run-result.js';

/** A command to run in a container that runs. */
export interface ExecRequest {
  readonly command: readonly string[];
  /** `KEY=value`, on top of the container's own environment; the later one wins. */
  readonly env?: readonly string[];
  /** The container's own unless told. */
  readonly workdir?: string;
  /** `user[:group]`, looked up in the container's root; the container's own unless told. */
  readonly user?: string;
  /** With all capabilities that there are. */
  readonly privileged?: boolean;
  readonly interactive?: boolean;
  readonly tty?: boolean;
  /** Let it run without this process. */
  readonly detach?: boolean;
}

/** How a command in a container has ended; `exitCode` is `undefined` for one that runs on without us. */
export interface ExecResult {
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | null;
}

const OUR_STDIO = [0, 1, 2] as const;

/**
 * `mini exec`: runs a command in a running container, in its namespaces and its cgroup, with its environment, user and
 * capabilities. Rejects with `RuntimeError`: `container-not-running`, `container-paused`, `command-not-found`, `command-not-executable`.
 */
export async function execInContainer(
  reference: string,
  request: ExecRequest,
  streams: RunStreams = {},
  engine: Engine = openEngine(),
): Promise<ExecResult> {
  const container = findContainer(reference, engine);
  const state = readContainerState(container.directory);
  if (state.status !== 'running') throw notRunning(container);
  // What entered would stand still at once, and we with it.
  if (isPaused(engine, container.id)) throw paused(container);
  const target = openTarget(engine.kernel, { pid: state.pid });
  try {
    return await startInTarget(engine, container, state.pid, target, request, streams);
  } finally {
    target.close();
  }
}

async function startInTarget(
  engine: Engine,
  container: Container,
  pid: number,
  target: OpenedTarget,
  request: ExecRequest,
  streams: RunStreams,
): Promise<ExecResult> {
  const { kernel, layout } = engine;
  const { interactive = false, tty = false, detach = false } = request;
  const stdio = streams.stdio ?? OUR_STDIO;
  const described = describeProcess(engine, container, pid, request);
  const plan = compileExecPlan(described, {
    namespaces: target.namespaces,
    ownsStdio: true,
    setgroupsDenied: !isPrivileged(engine),
  });
  const words = request.command.join(' ');
  const execID = makeId();
  recordEvent(engine, container, `exec_create: ${words}`, { execID });
  let pump: Pump | undefined;
  const join = openCgroup(layout, `/mini/${container.id}`)?.openForLaunch();
  const nullFd = openSync('/dev/null', 'r+');
  try {
    const started = startMonitored(kernel, {
      plan,
      helperPath: nsenterHelperPath(),
      cloneFlags: 0,
      stdio: detach ? [nullFd, nullFd, nullFd] : stdio,
      cgroup: join ?? NO_CGROUP,
      passFds: [target.pidfd],
      terminal: tty,
      stdinOpen: interactive && !detach,
      keep: { detached: detach, directoryFd: -1, log: undefined, oomFd: -1 },
      onStdin: (sinkFd) => {
        pump = startPump(kernel, stdio[0], sinkFd);
      },
    });
    const { pidfd } = await started.started.catch((error: unknown) => {
      throw withRootOf(pid, (rootFd) => explainMissingInterpreter(engine, rootFd, described, error));
    });
    recordEvent(engine, container, `exec_start: ${words}`, { execID });
    if (detach) {
      closeSync(pidfd);
      return { exitCode: undefined, signal: null };
    }
    const result = await waitForIt(engine, pidfd, started.exited, streams);
    recordEvent(engine, container, 'exec_die', { execID, exitCode: String(result.exitCode) });
    return result;
  } finally {
    pump?.stop();
    join?.close();
    closeSync(nullFd);
  }
}

async function waitForIt(
  { kernel }: Engine,
  pidfd: number,
  exited: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>,
  { signal: abort, forwardSignals: isForwarding = false }: RunStreams,
): Promise<ExecResult> {
  const send = (signal: number) => kernel.sendSignal(pidfd, signal);
  const kill = () => send(constants.signals.SIGKILL);
  const stopForwarding = isForwarding ? forwardSignals(send) : () => undefined;
  if (abort?.aborted) kill();
  abort?.addEventListener('abort', kill, { once: true });
  try {
    const { exitCode, signal } = await exited;
    return { exitCode: exitCode ?? 128 + constants.signals[signal ?? 'SIGKILL'], signal };
  } finally {
    stopForwarding();
    abort?.removeEventListener('abort', kill);
    closeSync(pidfd);
  }
}

/** The container's own process, with another command, and what the request changes. */
function describeProcess(
  engine: Engine,
  { record }: Container,
  pid: number,
  { command, env = [], workdir, user, privileged = false, tty = false }: ExecRequest,
): Process {
  const own = record.spec.process;
  const entries = [...(own.env ?? []), ...(tty ? ['TERM=xterm'] : []), ...env];
  const byKey = new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry]));
  const who = user === undefined ? own.user : lookUp(engine, pid, user);
  const bounding = privileged
    ? readAvailableCapabilities(engine.caller.uid)
    : (own.capabilities?.bounding ?? []);
  const { consoleSize: _, ...rest } = own;
  return {
    ...rest,
    args: command,
    env: [...byKey.values()],
    cwd: workdir ?? own.cwd,
    user: who,
    terminal: tty,
    capabilities: capabilitiesFor(who.uid, bounding),
    ...terminalSize(tty),
  };
}

function terminalSize(tty: boolean) {
  if (!tty) return {};
  const { rows, columns } = process.stdout;
  return rows && columns ? { consoleSize: { height: rows, width: columns } } : {};
}

function lookUp({ kernel }: Engine, pid: number, user: string): Process['user'] {
  return withRootOf(pid, (rootFd) => {
    const { uid, gid, additionalGids } = resolveUser(kernel, rootFd, user);
    return { uid, gid, additionalGids };
  });
}

/** Files are read below the root of the container's first process, and never leave it. */
function withRootOf<T>(pid: number, use: (rootFd: number) => T): T {
  const rootFd = openSync(`/proc/${pid}/root`, fsConstants.O_RDONLY | fsConstants.O_DIRECTORY);
  try {
    return use(rootFd);
  } finally {
    closeSync(rootFd);
  }
}

function notRunning({ name }: Container): RuntimeError<'container-not-running'> {
  return new RuntimeError({
    code: 'container-not-running',
    message: `failed to run a command in container "${name}": it is not running`,
  });
}

function paused({ name }: Container): RuntimeError<'container-paused'> {
  return new RuntimeError({
    code: 'container-paused',
    message: `failed to run a command in container "${name}": it is paused`,
    context: { hint: `mini unpause ${name} lets it go on` },
  });
}
