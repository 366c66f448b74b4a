import { RuntimeError } from '@mini/contracts';
import type { Engine } from '../engine.js';
import { runInNamespace } from './run-in-namespace.js';

/** Removes trees as root of the user's namespace. Rejects with `RuntimeError` `not-removed`, and as `runInNamespace`. */
export async function removeInNamespace(engine: Engine, paths: readonly string[]): Promise<void> {
  const { exitCode } = await runInNamespace(engine, { argv: ['/bin/rm', '-rf', '--', ...paths] });
  if (exitCode === 0) return;
  throw new RuntimeError({
    code: 'not-removed',
    message: `failed to remove ${paths.map((path) => `"${path}"`).join(', ')} in a user namespace: see above`,
  });
}
