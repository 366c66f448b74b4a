import { keepAtEnd } from './container-files.js';
import { findContainer, openSweptStore } from './containers.js';
import { type StopRequest, stopContainer } from './end-container.js';
import { type Engine, openEngine } from './engine.js';
import { recordEvent } from './events/event-log.js';
import { thawContainer } from './life/pause.js';
import { startDetached } from './run.js';

/**
 * `mini restart`: stops a container, if it runs, and starts it again. Resolves once its command runs; rejects as `run` does,
 * and with the reason of `request.abort`: the container is asked to stop all the same, and not started again.
 */
export async function restartContainer(
  reference: string,
  request: StopRequest = {},
  engine: Engine = openEngine(),
): Promise<void> {
  await stopToRestart(reference, request, engine);
  request.abort?.throwIfAborted();
  await startToRestart(reference, engine);
}

/** The second half. */
export async function startToRestart(reference: string, engine: Engine): Promise<void> {
  // Looked up before, for what is removed at its end may be gone again.
  const container = findContainer(reference, engine);
  await startDetached(container.id, engine);
  recordEvent(engine, container, 'restart');
}

/** The first half: its monitor leaves what is to be removed at its end, and no sweep takes it as long as this process lives. */
export async function stopToRestart(reference: string, request: StopRequest, engine: Engine): Promise<void> {
  const container = findContainer(reference, engine);
  if (container.record.rm) {
    openSweptStore(engine).reopen(container.id);
    keepAtEnd(container.directory);
  }
  // Whoever stands still cannot answer.
  thawContainer(engine, container);
  await stopContainer(container.id, request, engine);
}
