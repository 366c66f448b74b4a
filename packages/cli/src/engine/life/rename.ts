import { findContainer, openSweptStore } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';

/** Gives a container another name, running or not. Throws `RuntimeError`: `state-missing`, `state-name`, `state-conflict`. */
export function renameContainer(reference: string, name: string, engine: Engine = openEngine()): void {
  const { id } = findContainer(reference, engine);
  openSweptStore(engine).rename(id, name);
}
