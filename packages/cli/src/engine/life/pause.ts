import { type Cgroup, openCgroup } from '@mini/cgroup-manager';
import { RuntimeError } from '@mini/contracts';
import { type Container, findContainer } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';
import { recordEvent } from '../events/event-log.js';
import { readContainerStatus } from './container-status.js';

/** Stops all processes of a running container, until `unpauseContainer`. Throws `RuntimeError` `container-not-running`, `container-paused`. */
export function pauseContainer(reference: string, engine: Engine = openEngine()): void {
  const container = findContainer(reference, engine);
  const status = readContainerStatus(engine, container);
  if (status === 'paused') throw wrongState('pause', container, 'container-paused', 'it is paused already');
  if (status !== 'running')
    throw wrongState('pause', container, 'container-not-running', 'it is not running');
  groupOf('pause', container, engine).freeze();
  recordEvent(engine, container, 'pause');
}

/** Lets the processes of a paused container go on. Throws `RuntimeError` `container-not-paused`. */
export function unpauseContainer(reference: string, engine: Engine = openEngine()): void {
  const container = findContainer(reference, engine);
  const isPaused = readContainerStatus(engine, container) === 'paused';
  if (!isPaused) throw wrongState('unpause', container, 'container-not-paused', 'it is not paused');
  groupOf('unpause', container, engine).thaw();
  recordEvent(engine, container, 'unpause');
}

/** Lets a paused container go on, for a signal that it has to answer; leaves any other as it is. */
export function thawContainer(engine: Engine, container: Container): void {
  if (readContainerStatus(engine, container) === 'paused') groupOf('unpause', container, engine).thaw();
}

function groupOf(verb: string, container: Container, { layout }: Engine): Cgroup {
  const cgroup = openCgroup(layout, `/mini/${container.id}`);
  if (cgroup !== undefined) return cgroup;
  throw wrongState(verb, container, 'no-cgroup', 'it has no cgroup of its own');
}

function wrongState<Code extends string>(
  verb: string,
  { name }: Container,
  code: Code,
  reason: string,
): RuntimeError<Code> {
  return new RuntimeError({ code, message: `failed to ${verb} container "${name}": ${reason}` });
}
