import type { EngineEvent } from '../../engine/events/event-line.js';
import { toMap } from '../template/values.js';
import { formatNanoTime } from './nano-time.js';

const SHORT_ID = 12;

/** What of an event's text is cut short. */
export interface EventTextOptions {
  /** Whole ids. */
  readonly isWhole: boolean;
}

/** The line of an event: `2026-01-31T10:00:00.000000000Z container die 4f…e1 (exitCode=0, image=host, name=web)`. */
export function describeEvent(event: EngineEvent, { isWhole }: EventTextOptions): string {
  const attributes = Object.entries(attributesOf(event)).map(([key, value]) => `${key}=${value}`);
  const id = shownId(event, isWhole);
  return `${formatNanoTime(event.timeNano)} ${event.type} ${event.action} ${id} (${attributes.join(', ')})\n`;
}

/** Docker's object of an event, as one line. The nanoseconds are a number that JavaScript cannot hold, hence by hand. */
export function formatEventJson(event: EngineEvent): string {
  const { timeNano, type, action, id, image } = event;
  const before = {
    // What the oldest clients look at.
    ...(type === 'volume' ? {} : { status: action, id }),
    ...(type === 'container' ? { from: image } : {}),
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: attributesOf(event) },
    scope: 'local',
    time: Number(timeNano / 1_000_000_000n),
  };
  return `${JSON.stringify(before).slice(0, -1)},"timeNano":${timeNano}}\n`;
}

/** What templates see of an event: docker's fields, and podman's `Name`, `Image` and `Attributes`. */
export function toEventData(event: EngineEvent, { isWhole }: EventTextOptions): object {
  const { timeNano, type, action, name, image } = event;
  const id = shownId(event, isWhole);
  const attributes = toMap(attributesOf(event));
  return {
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    Scope: 'local',
    Time: Number(timeNano / 1_000_000_000n),
    TimeNano: timeNano,
    Status: action,
    ID: id,
    From: image,
    Name: name,
    Image: image,
    Attributes: attributes,
  };
}

/** The id of a volume is a name; that of an image has its algorithm before it. */
function shownId({ type, id }: EngineEvent, isWhole: boolean): string {
  return isWhole || type !== 'container' ? id : id.slice(0, SHORT_ID);
}

/** As docker has them: image, name and labels are attributes among the others, in the order of their keys. */
function attributesOf({ type, labels, attributes, image, name }: EngineEvent): Record<string, string> {
  const known: Record<string, string> = type === 'volume' ? {} : labels;
  const names = { container: { image, name }, volume: {}, image: { name } }[type];
  const all: [string, string][] = Object.entries({ ...known, ...attributes, ...names });
  return Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1)));
}
