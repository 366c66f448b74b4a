import { isRuntimeError } from '@mini/contracts';
import { findContainer } from '../containers.js';
import type { Engine } from '../engine.js';
import { recordEvent } from './event-log.js';

/** Writes down that a client has let go of a container, which may be gone by now. */
export function recordDetach(engine: Engine, id: string): void {
  try {
    recordEvent(engine, findContainer(id, engine), 'detach');
  } catch (error) {
    if (!isRuntimeError(error)) throw error;
  }
}
