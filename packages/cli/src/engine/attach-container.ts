import { closeSync } from 'node:fs';
import { RuntimeError, reasonOf } from '@mini/contracts';
import { attachMonitored, type MonitorChannel } from '@mini/runtime-core';
import { type Client, type ClientEnd, openClient } from './client.js';
import { type Container, findContainer } from './containers.js';
import { type Engine, openEngine } from './engine.js';
import { recordEvent } from './events/event-log.js';
import { recordDetach } from './events/record-detach.js';
import { isPaused } from './life/container-status.js';
import type { RunStreams } from './run-result.js';
import { untilAborted } from './until-aborted.js';

/** How somebody attaches to a container. */
export interface AttachOptions extends Omit<RunStreams, 'signal' | 'onStarted'> {
  /** Pass on what is typed, where the container's stdin is open; on unless told. */
  readonly interactive?: boolean;
  /** Lets the container go, which goes on: rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * `mini attach`: connects to a running container. Its monitor writes the output from now on to our stdout and stderr
 * itself. Resolves when the container has ended, or the keys to detach were typed. Rejects with `RuntimeError`:
 * `container-not-running`, `container-paused`, `monitor-lost`; with the reason of `options.signal`.
 */
export async function attachContainer(
  reference: string,
  { signal, interactive = true, ...streams }: AttachOptions = {},
  engine: Engine = openEngine(),
): Promise<ClientEnd> {
  signal?.throwIfAborted();
  const container = findContainer(reference, engine);
  assertAttachable(engine, container);
  const client = openClient(engine.kernel, streams, interactive);
  const channel = connect(engine, container, streams, client);
  try {
    const { pidfd } = await untilAborted(channel.started, signal);
    try {
      recordEvent(engine, container, 'attach');
      const end = await client.follow({ ...channel, pidfd }, signal);
      if (end.detached) recordDetach(engine, container.id);
      return end;
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
