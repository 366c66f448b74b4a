import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { FilterCache } from '@mini/seccomp';
import { findCacheDirectory, isOurs, makeOurs } from '../cache-directory.js';
import { writeCacheFile } from '../cache-file.js';

/** Compiled seccomp filters, kept where nobody else can write: who can could choose what a container may do. */
export function openFilterCache(uid: number, env: NodeJS.ProcessEnv = process.env): FilterCache | undefined {
  const directory = findCacheDirectory(env, uid);
  if (directory === undefined) return undefined;
  return {
    read(name) {
      if (!isOurs(directory, uid)) return undefined;
      try {
        return readFileSync(`${directory}/${name}`);
      } catch {
        return undefined;
      }
    },
    write(name, bytes) {
      if (makeOurs(directory, uid)) writeCacheFile(directory, name, () => bytes);
    },
  };
}
