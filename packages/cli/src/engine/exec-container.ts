import { closeSync, constants as fsConstants, openSync } from 'node:fs';
import process from 'node:process';
import { openCgroup } from '@mini/cgroup-manager';
import { type Process, RuntimeError } from '@mini/contracts';
import { nsenterHelperPath } from '@mini/nsenter-helper';
import { resolveUser } from '@mini/rootfs-manager';
import {
  compileExecPlan,
  NO_CGROUP,
  type OpenedTarget,
  openTarget,
  startMonitored,
} from '@mini/runtime-core';
import { makeId } from '@mini/state-store';
import { readAvailableCapabilities } from './available-capabilities.js';
import { type Client, openClient, type Watched } from './client.js';
import { compileFilter } from './container-seccomp.js';
import { readContainerState } from './container-state.js';
import { type Container, findContainer } from './containers.js';
import { type Engine, isPrivileged, openEngine } from './engine.js';
import { recordEvent } from './events/event-log.js';
import { describeExecProcess } from './exec-process.js';
import { isPaused } from './life/container-status.js';
import { explainMissingInterpreter } from './missing-interpreter.js';
import { OUR_STDIO, type RunStreams } from './run-result.js';

/** A command to run in a container that runs. */
export interface ExecRequest {
  readonly command: readonly string[];
  /** `KEY=value`, on top of the container's own environment; the later one wins. */
  readonly env?: readonly string[];
  /** The container's own unless told. */
  readonly workdir?: string;
  /** `user[:group]`, looked up in the container's root; the container's own unless told. */
  readonly user?: string;
  readonly interactive?: boolean;
  readonly tty?: boolean;
  /** All capabilities, no filter of system calls, no no_new_privs, whatever the container itself has. */
  readonly privileged?: boolean;
  /** Let it run without this process. */
  readonly detach?: boolean;
}

/** How a command in a container has ended; `exitCode` is `undefined` for one that runs on without us. */
export interface ExecResult {
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | null;
}

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
    return await enter({ engine, container, pid: state.pid, target, request }, streams);
  } finally {
    target.close();
  }
}

/** A command and the container it enters. */
interface Entry {
  readonly engine: Engine;
  readonly container: Container;
  /** Of the container's first process. */
  readonly pid: number;
  readonly target: OpenedTarget;
  readonly request: ExecRequest;
}

async function enter(entry: Entry, streams: RunStreams): Promise<ExecResult> {
  const { engine, container, request } = entry;
  const { detach = false, interactive = false } = request;
  const words = request.command.join(' ');
  const execID = makeId();
  const client = openClient(engine.kernel, streams, interactive && !detach);
  recordEvent(engine, container, `exec_create: ${words}`, { execID });
  try {
    const watched = await startProcess(entry, streams, client);
    try {
      recordEvent(engine, container, `exec_start: ${words}`, { execID });
      if (detach) return { exitCode: undefined, signal: null };
      const { exitCode, signal, detached } = await client.follow(watched);
      if (!detached) recordEvent(engine, container, 'exec_die', { execID, exitCode: String(exitCode) });
      return { exitCode, signal };
    } finally {
      closeSync(watched.pidfd);
    }
  } finally {
    client.close();
  }
}

async function startProcess(
  entry: Entry,
  { stdio = OUR_STDIO }: RunStreams,
  { onStdin }: Client,
): Promise<Watched> {
  const { engine, container, pid, target, request } = entry;
  const { interactive = false, tty = false, detach = false } = request;
  const described = describeProcess(entry);
  const plan = compileExecPlan(described, {
    namespaces: target.namespaces,
    ownsStdio: true,
    setgroupsDenied: !isPrivileged(engine),
    ...compileFilter(engine, request.privileged ? undefined : container.record.spec.linux.seccomp),
  });
  const join = openCgroup(engine.layout, `/mini/${container.id}`)?.openForLaunch();
  const nullFd = openSync('/dev/null', 'r+');
  try {
    const { started, exited, close } = startMonitored(engine.kernel, {
      plan,
      helperPath: nsenterHelperPath(),
      cloneFlags: 0,
      stdio: detach ? [nullFd, nullFd, nullFd] : stdio,
      cgroup: join ?? NO_CGROUP,
      passFds: [target.pidfd],
      terminal: tty,
      stdinOpen: interactive && !detach,
      detached: detach,
      onStdin,
    });
    const { pidfd } = await started.catch((error: unknown) => {
      throw withRootOf(pid, (rootFd) => explainMissingInterpreter(engine, rootFd, described, error));
    });
    return { pidfd, exited, close };
  } finally {
    join?.close();
    closeSync(nullFd);
  }
}

/** The container's own process, with another command, and what the request changes. */
function describeProcess({ engine, container, pid, request }: Entry): Process {
  const { command, env = [], workdir, user, tty = false, privileged = false } = request;
  return describeExecProcess(container.record.spec.process, {
    command,
    env,
    workdir,
    tty,
    ...(privileged ? { privileged: readAvailableCapabilities(engine.caller.uid) } : {}),
    ...(user === undefined ? {} : { user: lookUp(engine, pid, user) }),
    ...terminalSize(tty),
  });
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
