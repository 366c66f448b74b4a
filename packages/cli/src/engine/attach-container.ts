import { closeSync } from 'node:fs';
import { RuntimeError, reasonOf } from '@mini/contracts';
import { attachMonitored, type MonitorChannel } from '@mini/runtime-core';
import { type Client, type ClientEnd, openClient } from './client.js';
import { type Container, findContainer } from './containers.js';
import { type Engine, openEngine } from './engine.js';
import { isPaused } from './life/container-status.js';
import type { RunStreams } from './run-result.js';

/** How somebody attaches to a container. */
export interface AttachOptions extends RunStreams {
  /** Pass on what is typed, where the container's stdin is open; on unless told. */
  readonly interactive?: boolean;
}

/**
 * `mini attach`: connects to a running container. Its monitor writes the output from now on to our stdout and stderr
 * itself. Resolves when the container has ended, or the keys to detach were typed. Rejects with `RuntimeError`:
 * `container-not-running`, `container-paused`, `monitor-lost`.
 */
export async function attachContainer(
  reference: string,
  options: AttachOptions = {},
  engine: Engine = openEngine(),
): Promise<ClientEnd> {
  const container = findContainer(reference, engine);
  assertAttachable(engine, container);
  const client = openClient(engine.kernel, options, options.interactive ?? true);
  const channel = connect(engine, container, options, client);
  try {
    const { pidfd } = await channel.started;
    try {
      return await client.follow({ ...channel, pidfd });
    } finally {
      closeSync(pidfd);
    }
  } finally {
    client.close();
    channel.close();
  }
}

function assertAttachable(engine: Engine, { id, name, state }: Container): void {
  const fail = (code: string, reason: string) =>
    new RuntimeError({ code, message: `failed to attach to container "${name}": ${reason}` });
  if (state.status === 'restarting')
    throw fail('container-not-running', 'it is restarting, wait until it runs');
  if (state.status !== 'running') throw fail('container-not-running', 'it is not running');
  if (state.monitorPid === undefined)
    throw fail('monitor-lost', 'its monitor is gone, its output goes nowhere');
  if (isPaused(engine, id)) throw fail('container-paused', 'it is paused, unpause it first');
}

function connect(
  { kernel }: Engine,
  { name, directory }: Container,
  { stdio: [, stdoutFd, stderrFd] = [0, 1, 2] }: RunStreams,
  { onStdin }: Client,
): MonitorChannel {
  try {
    return attachMonitored(kernel, directory, { stdio: [stdoutFd, stderrFd], onStdin });
  } catch (error) {
    throw new RuntimeError({
      code: 'container-not-running',
      message: `failed to attach to container "${name}": ${reasonOf(error)}`,
      cause: error,
    });
  }
}
