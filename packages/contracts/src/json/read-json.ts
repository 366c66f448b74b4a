import { ExactReader, JsonProblem, MAX_DEPTH } from './exact-reader.js';

/** A document that needs more cannot be a Plan either, which ends at 1 MiB. */
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** A number that a double may not hold. It may stand in a string too: then only time is lost. */
const LONG_NUMBER = /(?:^|[:[,\s])-?(?:[0-9]{16}|[0-9.]+[eE]\+?[0-9]{3})/;
const NAME_END = /"\s*:/g;

/** Members and depth of what `JSON.parse` made. Not recursive: it may be very deep. */
function measure(document: unknown): { members: number; depth: number } {
  let [members, depth] = [0, 0];
  let level = [document];
  while (level.length > 0 && depth <= MAX_DEPTH) {
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      const children: unknown[] = Array.isArray(value) ? value : Object.values(value);
      if (children !== value) members += children.length;
      for (const child of children) if (typeof child === 'object' && child !== null) next.push(child);
    }
    level = next;
    depth += 1;
  }
  return { members, depth };
}

/**
 * Whether `JSON.parse` may have lost something: digits, a number beyond all doubles, or the first of two members of one name. Every name is followed
 * by a colon, so fewer members than such places means a name given twice (or a colon in a string, and then only time is
 * lost).
 */
function isInDoubt(text: string, document: unknown): boolean {
  if (LONG_NUMBER.test(text)) return true;
  const { members, depth } = measure(document);
  return depth > MAX_DEPTH || members !== (text.match(NAME_END)?.length ?? 0);
}

function decode(bytes: Uint8Array): string {
  try {
    // A byte order mark stays, and is refused as JSON refuses it.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new JsonProblem('it is not UTF-8');
  }
}

/**
 * The value that a JSON text holds, exactly: see `ExactReader`, which reads whatever `JSON.parse`, many times faster, may
 * get wrong. Throws `JsonProblem`, also for more than `MAX_DOCUMENT_BYTES` and for nesting deeper than `MAX_DEPTH`.
 */
export function readJson(source: string | Uint8Array): unknown {
  if (source.length > MAX_DOCUMENT_BYTES) {
    throw new JsonProblem(`it has more than ${MAX_DOCUMENT_BYTES} bytes`);
  }
  const text = typeof source === 'string' ? source : decode(source);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return new ExactReader(text).read();
  }
  return isInDoubt(text, document) ? new ExactReader(text).read() : document;
}
