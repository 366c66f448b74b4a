import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RuntimeError } from '@mini/contracts';

/**
 * Path of the static helper that is the parent of one container. Throws `RuntimeError` `helper-missing` when it was
 * not built.
 */
export function monitorHelperPath(): string {
  return findHelper('mini-monitor');
}

/** Path of the static helper that pumps a client's stdin into a container. Throws `RuntimeError` `helper-missing`. */
export function pumpHelperPath(): string {
  return findHelper('mini-pump');
}

function findHelper(name: string): string {
  const path = fileURLToPath(new URL(`../bin/${name}`, import.meta.url));
  if (existsSync(path)) return path;
  throw new RuntimeError({
    code: 'helper-missing',
    message: `failed to find the helper "${name}": ENOENT no such file or directory "${path}"`,
    context: { hint: 'build it with "npx nx build monitor-helper"' },
  });
}
