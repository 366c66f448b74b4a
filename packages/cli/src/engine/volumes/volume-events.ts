import type { Engine } from '../engine.js';
import type { EngineEvent } from '../events/event-line.js';
import { appendEvent } from '../events/event-log.js';
import type { Volume } from './volume-store.js';

/** What is told of a volume; its id is its name. */
export function describeVolumeEvent(
  name: string,
  action: 'create' | 'mount' | 'unmount' | 'destroy',
  attributes: Readonly<Record<string, string>> = {},
): Omit<EngineEvent, 'timeNano'> {
  const about = { ...attributes, driver: 'local' };
  return { type: 'volume', id: name, name, image: '', labels: {}, action, attributes: about };
}

/** Writes down that a volume was made or removed. */
export function recordVolumeEvent(
  engine: Engine,
  { name, labels }: Pick<Volume, 'name' | 'labels'>,
  action: 'create' | 'destroy',
): void {
  appendEvent(engine, { ...describeVolumeEvent(name, action), labels });
}
