import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { SHIPPED_MACHINES } from '../architectures.js';
import { compileProgram } from '../compile-program.js';
import { defaultSeccomp } from '../default-profile/default-seccomp.js';
import { encodeFilter, keyOf, shippedName } from '../filter-files.js';

// Compiles dist/filters: run after tsc, as part of the build. One filter a machine serves all containers with the default
// capabilities or fewer, none of which unlocks a call; all other combinations are compiled where they are first used.
const directory = new URL('../../filters/', import.meta.url);
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory);
for (const machine of SHIPPED_MACHINES) {
  const seccomp = defaultSeccomp([], machine);
  const key = keyOf(seccomp, machine);
  writeFileSync(
    new URL(shippedName(machine), directory),
    encodeFilter(key, compileProgram(seccomp, machine)),
  );
}
