import { join } from 'node:path';
import { appendLine, type LineLog, openLineLog } from '@mini/state-store';
import type { Engine } from '../engine.js';
import { type EngineEvent, type EventSubject, formatEventLine, formatSubject } from './event-line.js';

/** Some thousand events a file; a reboot empties the directory anyway. */
const MAX_BYTES = 1 << 20;
const MAX_FILES = 4;

/** The log of all that happens: a JSON object a line. */
export function eventLogOf({ kernel, paths }: Engine): LineLog {
  return { kernel, path: join(paths.runDirectory, 'events'), maxBytes: MAX_BYTES, maxFiles: MAX_FILES };
}

/**
 * Opens the log for a process that outlives us, such as a monitor: it appends whole lines by one write(2) each, for as long
 * as it has the descriptor; see `openLineLog`. Throws as that. The caller closes it.
 */
export function openEventLog(engine: Engine): number {
  return openLineLog(eventLogOf(engine));
}

/** The same, -1 where it cannot be opened: a log that cannot be written loses events. */
export function openEvents(engine: Engine): number {
  try {
    return openEventLog(engine);
  } catch {
    return -1;
  }
}

/** What an event is about: a `Container`, or a record with its id and name. */
export interface EventSource {
  readonly id: string;
  readonly name: string;
  readonly record: Pick<EventSubject, 'image' | 'labels'>;
}

/** What each line about a container says of it; see `formatSubject`. For a process that writes lines by itself. */
export function subjectText(source: EventSource): string {
  return formatSubject(subjectOf(source));
}

/** Whom an event is about. */
export function subjectOf({ id, name, record: { image, labels } }: EventSource): EventSubject {
  return { id, name, image, labels };
}

/** Writes down that something happened to a container. A log that cannot be written loses events; what happened has happened all the same. */
export function recordEvent(
  engine: Engine,
  source: EventSource,
  action: string,
  attributes: Readonly<Record<string, string>> = {},
): void {
  appendEvent(engine, { type: 'container', ...subjectOf(source), action, attributes });
}

/** Writes down what happened just now. A log that cannot be written loses events. */
export function appendEvent(engine: Engine, event: Omit<EngineEvent, 'timeNano'>): void {
  try {
    appendLine(eventLogOf(engine), formatEventLine({ timeNano: engine.kernel.readClock(), ...event }));
  } catch {
    // Nobody waits for it, and the operation is done.
  }
}
