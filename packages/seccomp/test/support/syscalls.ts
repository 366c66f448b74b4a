import { readFileSync } from 'node:fs';
import { libraryName } from '../../src/architectures.js';

const { architectures } = JSON.parse(
  readFileSync(new URL('../../../data/syscalls.json', import.meta.url), 'utf8'),
) as { architectures: Record<string, Record<string, number>> };

/** The calls of an architecture, `SCMP_ARCH_X86`, by name. */
export function callsOf(architecture: string): Readonly<Record<string, number>> {
  return architectures[libraryName(architecture)]!;
}

/** All calls of all architectures that a default filter is shipped for. */
export const ALL_CALLS: readonly string[] = [
  ...new Set(Object.values(architectures).flatMap((calls) => Object.keys(calls))),
];
