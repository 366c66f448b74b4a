import { closeSync, openSync } from 'node:fs';
import process from 'node:process';
import { openCgroup } from '@mini/cgroup-manager';
import type { MonitorPlan } from '@mini/contracts';
import { nsenterHelperPath } from '@mini/nsenter-helper';
import {
  compileExecPlan,
  NO_CGROUP,
  type OpenedTarget,
  openTarget,
  startMonitored,
} from '@mini/runtime-core';
import { makeId } from '@mini/state-store';
import { type Client, openClient, type Watched } from './client.js';
import { type Engine, openEngine } from './engine.js';
import { formatEventMembers, formatSubject } from './events/event-line.js';
import { openEvents, recordEvent, subjectOf } from './events/event-log.js';
import {
  describeEntry,
  type Entry,
  type EntryRequest,
  explainStart,
  filterOf,
  findToEnter,
} from './exec-entry.js';
import { hasOneGroup } from './id-maps.js';
import { OUR_STDIO, type RunStreams } from './run-result.js';

/** A command to run in a container that runs. */
export interface ExecRequest extends EntryRequest {
  readonly interactive?: boolean;
  readonly tty?: boolean;
  /** Let it run without this process; its end is told by `exec_die` alone. */
  readonly detach?: boolean;
}

/** How a command in a container has ended; `exitCode` is `undefined` for one that runs on without us. */
export interface ExecResult {
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | null;
  /** The keys to detach were typed: it goes on. */
  readonly detached: boolean;
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
  const { container, pid } = findToEnter(engine, reference);
  const target = openTarget(engine.kernel, { pid });
  try {
    return await enter({ engine, container, pid, target, request }, streams);
  } finally {
    target.close();
  }
}

/** A command and the opened container it enters. */
interface OpenedEntry extends Entry {
  readonly target: OpenedTarget;
  readonly request: ExecRequest;
}

async function enter(entry: OpenedEntry, streams: RunStreams): Promise<ExecResult> {
  const { engine, container, request } = entry;
  const { detach = false, interactive = false } = request;
  const execID = makeId();
  const client = openClient(engine.kernel, streams, interactive && !detach);
  recordEvent(engine, container, `exec_create: ${request.command.join(' ')}`, { execID });
  try {
    const watched = await startProcess({ ...entry, execID }, streams, client);
    try {
      if (detach) return { exitCode: undefined, signal: null, detached: false };
      const { exitCode, signal, detached } = await client.follow(watched);
      if (detached) recordEvent(engine, container, 'exec_detach', { execID });
      return { exitCode, signal, detached };
    } finally {
      closeSync(watched.pidfd);
    }
  } finally {
    client.close();
  }
}

async function startProcess(
  entry: OpenedEntry & { readonly execID: string },
  { stdio = OUR_STDIO }: RunStreams,
  { onStdin }: Client,
): Promise<Watched> {
  const { engine, container, target, request } = entry;
  const { interactive = false, tty = false, detach = false } = request;
  const described = describeEntry(entry, terminalSize(tty));
  const plan = compileExecPlan(described, {
    namespaces: target.namespaces,
    ownsStdio: true,
    setgroupsDenied: hasOneGroup(engine, container.record.spec.linux.gidMappings),
    ...filterOf(entry),
  });
  const join = openCgroup(engine.layout, `/mini/${container.id}`)?.openForLaunch();
  const nullFd = openSync('/dev/null', 'r+');
  const eventFd = openEvents(engine);
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
      keep: { ...NOTHING_KEPT, eventFd, ownPlan: compileEvents(entry) },
      onStdin,
    });
    const { pidfd } = await started.catch((error: unknown) => {
      throw explainStart(entry, described, error);
    });
    return { pidfd, exited, close };
  } finally {
    join?.close();
    closeSync(nullFd);
    if (eventFd >= 0) closeSync(eventFd);
  }
}

/** It has no directory of its own, and is asked for nothing but its end. */
const NOTHING_KEPT = { directoryFd: -1, log: undefined, oomFd: -1, frozenFd: -1, stopSignal: 0 };

/** Start and end are told by the monitor: it knows their order, and is there also when we are not. */
function compileEvents({
  container,
  request,
  execID,
}: OpenedEntry & { readonly execID: string }): MonitorPlan {
  const subject = subjectOf(container);
  const action = `exec_start: ${request.command.join(' ')}`;
  const started = formatEventMembers({ type: 'container', ...subject, action, attributes: { execID } });
  return {
    steps: [
      { op: 'event_along', action: 'start', members: started },
      { op: 'event_exec', members: formatSubject(subject), id: execID },
    ],
  };
}

function terminalSize(tty: boolean) {
  if (!tty) return {};
  const { rows, columns } = process.stdout;
  return rows && columns ? { consoleSize: { height: rows, width: columns } } : {};
}
