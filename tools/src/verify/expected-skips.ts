import { existsSync, readFileSync } from 'node:fs';
import { RuntimeError, reasonOf } from '@mini/contracts';
import type { Skip } from './count-tests.js';

/** For each kind of machine the ids of the tests that it cannot run, with the reason. */
export type ExpectedSkips = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * @param path a JSON file `{ "<machine kind>": { "<test id>": "<why>" } }`; a missing one expects no skips
 * @throws RuntimeError `failed to read expected skips "<path>": …`
 */
export function readExpectedSkips(path: string): ExpectedSkips {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ExpectedSkips;
  } catch (cause) {
    const message = `failed to read expected skips ${JSON.stringify(path)}: ${reasonOf(cause)}`;
    throw new RuntimeError({ code: 'INVALID_FILE', message, cause });
  }
}

/** The skips that nobody has written down for this kind of machine: each is a failure. */
export function findUnexpectedSkips(skips: readonly Skip[], kind: string, expected: ExpectedSkips): Skip[] {
  const known = expected[kind] ?? {};
  return skips.filter(({ id }) => !Object.hasOwn(known, id));
}

/** Ids that the list has and the run has not: the list can be shortened. */
export function findUnusedExpectations(
  skips: readonly Skip[],
  kind: string,
  expected: ExpectedSkips,
): string[] {
  const seen = new Set(skips.map(({ id }) => id));
  return Object.keys(expected[kind] ?? {}).filter((id) => !seen.has(id));
}
