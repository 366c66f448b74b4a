import { lstatSync, mkdirSync } from 'node:fs';
import * as module from 'node:module';

/**
 * Keeps what V8 makes of our files between runs, where Node can do so (22.8 and newer). Any trouble means: no cache.
 */
export function openCompileCache(): void {
  const { enableCompileCache } = module as { enableCompileCache?: (directory: string) => unknown };
  const uid = process.geteuid?.();
  if (enableCompileCache === undefined || uid === undefined) return;
  const directory = findCacheDirectory(process.env, uid);
  if (directory !== undefined && makeOurs(directory, uid)) enableCompileCache(directory);
}

/**
 * Where the cache lies; `undefined` when `MINI_COMPILE_CACHE=0` switches it off or there is no place. `sudo` often
 * keeps HOME, hence root has a place of its own.
 */
export function findCacheDirectory(env: NodeJS.ProcessEnv, uid: number): string | undefined {
  if (env.MINI_COMPILE_CACHE === '0') return undefined;
  if (uid === 0) return '/var/cache/mini';
  const parent = env.XDG_CACHE_HOME || (env.HOME ? `${env.HOME}/.cache` : '');
  return parent.startsWith('/') ? `${parent}/mini` : undefined;
}

/** Makes the directory. `false` unless it is ours and closed to others: who can write there can run code as us. */
export function makeOurs(directory: string, uid: number): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const status = lstatSync(directory);
    return status.isDirectory() && status.uid === uid && (status.mode & 0o022) === 0;
  } catch {
    return false;
  }
}
