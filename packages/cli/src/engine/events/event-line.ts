/** Whom an event is about, as it was then. */
export interface EventSubject {
  /** Full id, 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const EVENT_TYPES = ['container', 'volume', 'image'] as const;

/** Something that happened to a container, a volume or an image. */
export interface EngineEvent extends EventSubject {
  /** A volume's id is its name. An image's is that of its config, or the name that a registry was asked for. */
  readonly type: (typeof EVENT_TYPES)[number];
  /** Nanoseconds of the Unix clock. */
  readonly timeNano: bigint;
  /** Docker's word: `create`, `start`, `die`, `exec_create: CMD`, … */
  readonly action: string;
  /** What docker says of that action: `exitCode`, `signal`, `oldName`, `execID`, … */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * What a line says of its container, as text: whoever tells of the same container again and again, and makes no JSON, puts
 * `{"timeNano":"N",` before it and `,"action":"A","attributes":{…}}` and a line feed behind.
 */
export function formatSubject({ id, name, image, labels }: EventSubject): string {
  return JSON.stringify({ id, name, image, labels }).slice(1, -1);
}

/** The line of an event, with its line feed. */
export function formatEventLine({ timeNano, ...event }: EngineEvent): string {
  return `{"timeNano":"${timeNano}",${formatEventMembers(event)}}\n`;
}

/** What the line says beside the time. That it is about a container goes without saying. */
export function formatEventMembers({
  type,
  action,
  attributes,
  ...subject
}: Omit<EngineEvent, 'timeNano'>): string {
  const about = type === 'container' ? '' : `"type":${JSON.stringify(type)},`;
  const what = `"action":${JSON.stringify(action)},"attributes":${JSON.stringify(attributes)}`;
  return `${about}${formatSubject(subject)},${what}`;
}

/** In no JSON string: the quotes would have backslashes before them. */
const BEGIN = '{"timeNano":"';

/**
 * The event of a line; `undefined` when it is none. A writer whose disk was full has left half a line, and the next one's
 * begins behind it.
 */
export function parseEventLine(line: string): EngineEvent | undefined {
  const from = line.lastIndexOf(BEGIN);
  if (from === -1) return undefined;
  try {
    const { timeNano, type = 'container', ...event } = JSON.parse(line.slice(from));
    const { id, name, image, labels, action, attributes } = event;
    const texts = [timeNano, id, name, image, action];
    if (!texts.every((text) => typeof text === 'string') || !/^\d{1,19}$/.test(timeNano)) return undefined;
    if (!isTexts(labels) || !isTexts(attributes)) return undefined;
    if (!EVENT_TYPES.includes(type)) return undefined;
    return { timeNano: BigInt(timeNano), type, id, name, image, labels, action, attributes };
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}
