import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDirectory } from '../../support/roots.js';

let program: string | undefined;

/** Exchanges two names as fast as it can, as a container on a shared volume would, until `stop`. */
export async function startSwapper(one: string, other: string) {
  program ??= compile();
  const swapper = spawn(program, [one, other]);
  await once(swapper.stdout, 'data');
  return {
    /** Whether it has gone on to the end. */
    stop(): boolean {
      const isRunning = swapper.exitCode === null;
      swapper.kill('SIGKILL');
      return isRunning;
    },
  };
}

/** The one that init-helper's own tests have. */
function compile(): string {
  const source = fileURLToPath(
    new URL('../../../../packages/init-helper/test/driver/swapper.c', import.meta.url),
  );
  const path = join(freshDirectory('swapper'), 'swapper');
  execFileSync('cc', ['-O1', '-o', path, source]);
  return path;
}
