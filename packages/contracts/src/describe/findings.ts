/** One field that cannot be as it is. */
export interface Problem {
  /** Its path: `process.rlimits[2].type`, `linux.sysctl["net.core.somaxconn"]`; empty for the document itself. */
  readonly field: string;
  /** What is wrong with it, for `<reason>` of a message. */
  readonly reason: string;
}

/** A step of a path: a described field, the index of an array, or in brackets the key of a map. */
export type Segment = string | number | readonly [key: string];

/** More than these are counted, not kept: a document of megabytes must not make a message of megabytes. */
const MAX_KEPT = 100;
const MAX_QUOTED = 60;

/** Invisible or reordering characters that `JSON.stringify` leaves as they are. */
const UNSEEN = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A text in quotes, shortened, with everything unprintable escaped. */
export function quoteText(text: string): string {
  const short = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
  return JSON.stringify(short).replace(
    UNSEEN,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Any value, quoted and shortened, for a message. */
export function quoteValue(value: unknown): string {
  if (typeof value === 'string') return quoteText(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** The path of a key below a path that may be empty. */
function formatSegment(segment: Segment, isFirst: boolean): string {
  if (typeof segment === 'number') return `[${segment}]`;
  if (typeof segment === 'string') return isFirst ? segment : `.${segment}`;
  return `[${quoteText(segment[0])}]`;
}

/** Collects the problems of a document while it is walked through; `trail` is where the walk is. */
export class Findings {
  readonly problems: Problem[] = [];
  /** What is ignored though it was asked for: sentences. */
  readonly warnings: string[] = [];
  /** Of all problems, also of those that are not kept. */
  count = 0;
  readonly trail: Segment[] = [];

  /** Notes a problem of the field where the walk is. */
  add(reason: string): void {
    this.count += 1;
    if (this.count <= MAX_KEPT) this.problems.push({ field: this.#field(), reason });
  }

  /** Notes a problem of the field at `path`, below where the walk is. */
  addAt(path: readonly Segment[], reason: string): void {
    this.within(path, () => this.add(reason));
  }

  /** Notes what is wrong with a field, but ignored. */
  warnAt(path: readonly Segment[], reason: string): void {
    if (this.warnings.length >= MAX_KEPT) return;
    this.within(path, () => this.warnings.push(`${reason} (${this.#field()})`));
  }

  /** Walks below `path` for as long as `visit` runs. */
  within(path: readonly Segment[], visit: () => void): void {
    this.trail.push(...path);
    visit();
    this.trail.length -= path.length;
  }

  #field(): string {
    return this.trail.map((segment, index) => formatSegment(segment, index === 0)).join('');
  }

  /** Every problem as one sentence, each with its field. */
  describe(): string {
    const sentences = this.problems.map(({ field, reason }) =>
      field === '' ? reason : `${reason} (${field})`,
    );
    const more = this.count - this.problems.length;
    return [...sentences, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  }
}
