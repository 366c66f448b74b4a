import { quoteText } from '../describe/findings.js';

/** Where and why a text is not the JSON we take. */
export class JsonProblem extends Error {
  override readonly name = 'JsonProblem';
}

/** Deeper than any document of the runtime-spec, far from the end of the stack. */
export const MAX_DEPTH = 100;

/** The digits of 2^64 - 1. A longer number fits no field: it becomes a double, which every check refuses. */
const MAX_DIGITS = 20;

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const SPACE = /[ \t\n\r]*/y;
/** Runs of plain characters apart from escapes: one loop over both would keep a state for every character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 forbids them in a string.
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const WORDS: ReadonlyMap<string, unknown> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * Reads JSON of RFC 8259 where `JSON.parse` is not exact: whole numbers that a double cannot hold become bigint, a name
 * given twice is refused, and errors tell line and column in the same words on every JavaScript engine.
 */
export class ExactReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The one value that the text holds. Throws `JsonProblem`. */
  read(): unknown {
    const value = this.#readValue();
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('there is more after the end of the document');
    return value;
  }

  #fail(reason: string): never {
    const before = this.#text.slice(0, this.#at).split('\n');
    throw new JsonProblem(`${reason} at line ${before.length}, column ${before.at(-1)!.length + 1}`);
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  /** Steps over `character` if it comes next. */
  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #readValue(): unknown {
    this.#skipSpace();
    const next = this.#text[this.#at];
    if (next === '{') return this.#nested(() => this.#readObject());
    if (next === '[') return this.#nested(() => this.#readArray());
    if (next === '"') return this.#readString();
    const start = this.#at;
    const number = this.#match(NUMBER);
    if (number !== null) return this.#readNumber(number, start);
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return this.#fail(next === undefined ? 'the document ends too early' : 'a value is expected');
  }

  #readNumber(number: RegExpExecArray, start: number): number | bigint {
    const value = toNumber(number);
    // Infinity has no JSON of its own: what was read could not be written again.
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#at = start;
      this.#fail('the number is larger than any double');
    }
    return value;
  }

  #nested<T>(read: () => T): T {
    if (this.#depth === MAX_DEPTH) this.#fail(`objects and arrays are nested deeper than ${MAX_DEPTH}`);
    this.#depth += 1;
    this.#at += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #readArray(): unknown[] {
    const items: unknown[] = [];
    if (this.#take(']')) return items;
    do items.push(this.#readValue());
    while (this.#take(','));
    if (!this.#take(']')) this.#fail('"," or "]" is expected');
    return items;
  }

  #readObject(): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    if (this.#take('}')) return members;
    do this.#readMember(members);
    while (this.#take(','));
    if (!this.#take('}')) this.#fail('"," or "}" is expected');
    return members;
  }

  #readMember(members: Record<string, unknown>): void {
    this.#skipSpace();
    const start = this.#at;
    if (this.#text[start] !== '"') this.#fail('a name in quotes is expected');
    const name = this.#readString();
    if (Object.hasOwn(members, name)) {
      this.#at = start;
      this.#fail(`the name ${quoteText(name)} is given twice`);
    }
    if (!this.#take(':')) this.#fail('":" is expected');
    const value = this.#readValue();
    // Not an assignment: the name may be __proto__.
    Object.defineProperty(members, name, { value, writable: true, enumerable: true, configurable: true });
  }

  #readString(): string {
    const found = this.#match(STRING);
    if (found === null) this.#fail('the string is not closed or holds what must be escaped');
    return JSON.parse(found[0]) as string;
  }
}

function toNumber([digits, fraction, exponent]: RegExpExecArray): number | bigint {
  const number = Number(digits);
  const isWhole = fraction === undefined && exponent === undefined;
  const isExact = !isWhole || Number.isSafeInteger(number) || digits.length > MAX_DIGITS;
  return isExact ? number : BigInt(digits);
}
