import { keepAtEnd } from './container-files.js';
import { findContainer, openSweptStore } from './containers.js';
import { type StopRequest, stopContainer } from './end-container.js';
import { type Engine, openEngine } from './engine.js';
import { thawContainer } from './life/pause.js';
import { startDetached } from './run.js';

/** `mini restart`: stops a container, if it runs, and starts it again. Resolves once its command runs; rejects as `run` does. */
export async function restartContainer(
  reference: string,
  request: StopRequest = {},
  engine: Engine = openEngine(),
): Promise<void> {
  await stopToRestart(reference, request, engine);
  await startDetached(reference, engine);
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
