import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { CapabilityName } from '@mini/contracts';
import { SHIPPED_MACHINES } from '../architectures.js';
import { compileProgram } from '../compile-program.js';
import { defaultSeccomp } from '../default-profile/default-seccomp.js';
import { encodeFilter, fileNameOf, keyOf } from '../filter-files.js';

/**
 * Containers that a filter is shipped for: with the default capabilities or fewer, none of which unlocks a call. All
 * other combinations are compiled where they are first used.
 */
const SHIPPED: readonly (readonly CapabilityName[])[] = [[]];

// Compiles dist/filters: run after tsc, as part of the build.
const directory = new URL('../../filters/', import.meta.url);
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory);
for (const machine of SHIPPED_MACHINES) {
  for (const capabilities of SHIPPED) {
    const seccomp = defaultSeccomp(capabilities, machine);
    const key = keyOf(seccomp, machine);
    writeFileSync(new URL(fileNameOf(key), directory), encodeFilter(key, compileProgram(seccomp, machine)));
  }
}
