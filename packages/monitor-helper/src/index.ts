import { join } from 'node:path';
import { findHelper } from '@mini/contracts';

/**
 * Path of the static helper that is the parent of one container. Throws `RuntimeError` `helper-missing` when it was
 * not built or cannot be read.
 */
export function monitorHelperPath(): string {
  return pathOf('mini-monitor');
}

/** Path of the static helper that pumps a client's stdin into a container. Throws `RuntimeError` `helper-missing`. */
export function pumpHelperPath(): string {
  return pathOf('mini-pump');
}

function pathOf(name: string): string {
  return findHelper(join(import.meta.dirname, `../bin/${name}`), 'monitor-helper');
}
