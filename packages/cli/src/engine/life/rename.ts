import { findContainer, openSweptStore } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';
import { recordEvent } from '../events/event-log.js';

/** Gives a container another name, running or not. Throws `RuntimeError`: `state-missing`, `state-name`, `state-conflict`. */
export function renameContainer(reference: string, name: string, engine: Engine = openEngine()): void {
  const { id, name: oldName, record } = findContainer(reference, engine);
  openSweptStore(engine).rename(id, name);
  recordEvent(engine, { id, name, record }, 'rename', { oldName: `/${oldName}` });
}
