/** A value of JSON, and bigint. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Where a value is in a document. */
export type Path = readonly (string | number)[];

/** Leaves a member out, or takes an item off. */
export const REMOVED = Symbol('removed');

/** The same document with the value at `path` changed; members on the way that are not there are made. */
export function change(
  document: Json,
  path: Path,
  to: (old: Json | undefined) => Json | typeof REMOVED,
): Json {
  const [key, ...rest] = path;
  if (key === undefined) return to(document) as Json;
  const copy: Record<string | number, Json> | Json[] = Array.isArray(document)
    ? [...document]
    : { ...(document as { readonly [name: string]: Json }) };
  const old = (copy as Record<string | number, Json | undefined>)[key];
  const changed = rest.length > 0 ? change(old ?? {}, rest, to) : to(old);
  if (typeof changed === 'symbol') {
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete (copy as Record<string, Json>)[key];
  } else if (Array.isArray(copy)) copy[Number(key)] = changed;
  // Not an assignment: the name may be __proto__.
  else
    Object.defineProperty(copy, key, {
      value: changed,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  return copy as Json;
}

/** Whether there is a value at `path`. */
export function has(document: Json, path: Path): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  if (typeof document !== 'object' || document === null || !Object.hasOwn(document, key)) return false;
  return has((document as { readonly [name: string | number]: Json })[key]!, rest);
}

/** The path of every value in a document, its own first. */
export function pathsOf(document: Json, at: Path = []): Path[] {
  if (typeof document !== 'object' || document === null) return [at];
  const entries: [string | number, Json][] = Array.isArray(document)
    ? [...document.entries()]
    : Object.entries(document as { readonly [name: string]: Json });
  return [at, ...entries.flatMap(([key, value]) => pathsOf(value, [...at, key]))];
}
