import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout. Compiled files lie in `tools/dist/src`. */
export const workspaceRoot = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** The folder `tools` of the checkout. */
export const toolsRoot = join(workspaceRoot, 'tools');

/** The command as users get it: the bundle that npx runs. */
export const miniCommand = join(workspaceRoot, 'packages/cli/dist/bin/mini.cjs');

/** The OCI runtime as users get it. */
export const miniOciCommand = join(workspaceRoot, 'packages/cli/dist/bin/mini-oci.cjs');

/** Both as one file, which `nx run cli:standalone` makes. */
export const miniStandalone = join(workspaceRoot, 'packages/cli/dist/standalone/mini');

/** Where things that are slow to make are kept between runs: `$XDG_CACHE_HOME/mini`, else `~/.cache/mini`. */
export function findCacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const base = env.XDG_CACHE_HOME;
  // The XDG specification says to ignore a relative path.
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'mini');
}
