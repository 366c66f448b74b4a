import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Container } from '../containers.js';

/** Bytes on disk that a container has written into its throw-away layer; 0 for one that has none. */
export function measureLayerBytes({ directory, record }: Container): number {
  return [join(directory, 'upper'), record.extraDirectory ?? '']
    .filter((path) => path !== '')
    .reduce((sum, path) => sum + measureTreeBytes(path), 0);
}

/** Bytes that files below a directory have in them; links are not followed, what vanishes meanwhile is passed over. */
export function measureTreeBytes(path: string): number {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.size;
  return listNames(path).reduce((sum, name) => sum + measureTreeBytes(join(path, name)), 0);
}

function listNames(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
