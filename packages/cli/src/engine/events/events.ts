import { LineLogReader } from '@mini/state-store';
import { type Engine, openEngine } from '../engine.js';
import type { ContainerFilter } from '../life/filter-containers.js';
import { makeDirectory } from '../make-directory.js';
import { watchDirectory } from '../watch-directory.js';
import { type EngineEvent, parseEventLine } from './event-line.js';
import { eventLogOf } from './event-log.js';
import { compileEventFilter } from './filter-events.js';
import { mergeEvents } from './merge-events.js';

/** Which events are wanted, and for how long. */
export interface EventsRequest {
  /** Those that happened since then too, in milliseconds of the Unix clock; without it and `untilMs` only what comes. */
  readonly sinceMs?: number;
  /** Those until then, also such as are over already; it ends when the machine's clock is there. */
  readonly untilMs?: number;
  /** Go on with what comes; on unless told. Off: what has happened so far. */
  readonly follow?: boolean;
  /** `container`, `event`, `image`, `label`, `type`, `volume`. */
  readonly filters?: readonly ContainerFilter[];
  /** Ends it: the iteration rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * What happens to containers and volumes, as it happens; nothing is missed between the call of `next` and the first event. An event
 * has the name that its container has now. Throws `RuntimeError` `bad-filter`, `no-directory`, `state-io`.
 */
export async function* events(
  request: EventsRequest = {},
  engine: Engine = openEngine(),
): AsyncGenerator<EngineEvent, void, undefined> {
  const passes = compileEventFilter(request.filters ?? []);
  const { follow = true, sinceMs, untilMs, signal } = request;
  signal?.throwIfAborted();
  makeDirectory(engine.paths.runDirectory);
  const reader = new EventReader(engine);
  const changes = follow ? watchDirectory(engine.paths.runDirectory, signal) : undefined;
  try {
    const isPastWanted = sinceMs !== undefined || untilMs !== undefined || !follow;
    if (!isPastWanted) reader.read();
    for (;;) {
      // Asked before reading: what was written until then is still read.
      const isLast = changes === undefined || (untilMs !== undefined && Date.now() >= untilMs);
      for (const event of reader.read()) {
        if (!isWithin(event, request) || !passes(event)) continue;
        yield event;
        signal?.throwIfAborted();
      }
      if (isLast) return;
      await changes.next(untilMs === undefined ? undefined : untilMs - Date.now());
      signal?.throwIfAborted();
    }
  } finally {
    changes?.stop();
    reader.close();
  }
}

/** An event's own time counts: where the clock was set back, later lines may have earlier times. */
function isWithin({ timeNano }: EngineEvent, { sinceMs, untilMs }: EventsRequest): boolean {
  const timeMs = Number(timeNano / 1000n) / 1000;
  return (sinceMs === undefined || timeMs >= sinceMs) && (untilMs === undefined || timeMs <= untilMs);
}

/** The log as events, with what the lines themselves cannot know. */
class EventReader {
  readonly #lines: LineLogReader;
  /** A monitor goes on telling of its container by the name that it had at its start. */
  readonly #names = new Map<string, string>();

  constructor(engine: Engine) {
    this.#lines = new LineLogReader(eventLogOf(engine).path);
  }

  read(): EngineEvent[] {
    const lists = this.#lines.read().map((lines) => lines.flatMap((line) => parseEventLine(line) ?? []));
    return mergeEvents(lists).map((event) => this.#withName(event));
  }

  close(): void {
    this.#lines.close();
  }

  #withName(event: EngineEvent): EngineEvent {
    if (event.type === 'volume') return event;
    if (event.action === 'rename') this.#names.set(event.id, event.name);
    if (event.action === 'destroy') this.#names.delete(event.id);
    const name = this.#names.get(event.id);
    return name === undefined || name === event.name ? event : { ...event, name };
  }
}
