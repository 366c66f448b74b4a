import { closeSync, openSync } from 'node:fs';
import { isRuntimeError } from '@mini/contracts';
import { type Client, openClient } from './client.js';
import { withFailures } from './create-container.js';
import { type Engine, openEngine } from './engine.js';
import { type RunRequest, withDefaults } from './run-options.js';
import { OUR_STDIO, type RunResult, type RunStreams } from './run-result.js';
import {
  type NewStartedContainer,
  type StartConnection,
  type StartedContainer,
  startExistingContainer,
  startNewContainer,
} from './start-container.js';

/** Errors after which the container may live on. */
const LEAVES_CONTAINER = new Set(['monitor-lost', 'terminal-lost', 'client-forced']);

/**
 * Runs a container in the foreground and resolves when it has ended, or its client has left it. Rejects with
 * `RuntimeError`: `command-not-found` and `command-not-executable` for the command, anything else for the engine; nothing
 * of the container is left then. Only `monitor-lost`, `terminal-lost` and `client-forced` are different: the container may
 * live on, and is left as it is.
 */
export async function run(
  request: RunRequest,
  streams: RunStreams = {},
  engine: Engine = openEngine(),
): Promise<RunResult> {
  const options = withDefaults(request);
  const client = openClient(engine.kernel, streams, options.interactive);
  try {
    const connection = { stdio: streams.stdio ?? OUR_STDIO, detached: false, onStdin: client.onStdin };
    const container = await startNewContainer(engine, options, connection);
    return await followStarted(engine, client, container, streams);
  } finally {
    client.close();
  }
}

async function followStarted(
  engine: Engine,
  client: Client,
  container: NewStartedContainer,
  { onStarted }: RunStreams,
): Promise<RunResult> {
  const { id, name, pid, pidfd, undo } = container;
  try {
    onStarted?.({ id, name, pid });
    const end = await client.follow(container);
    if (end.detached) await tellDetached(engine, id);
    return { id, name, ...end };
  } catch (error) {
    if (isRuntimeError(error) && LEAVES_CONTAINER.has(error.code)) throw error;
    throw withFailures(error, undo);
  } finally {
    closeSync(pidfd);
  }
}

/** Apart, for most are not let go. */
export async function tellDetached(engine: Engine, id: string): Promise<void> {
  const { recordDetach } = await import('./events/record-detach.js');
  recordDetach(engine, id);
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
