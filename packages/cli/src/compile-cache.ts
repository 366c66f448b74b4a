import { lstatSync, mkdirSync } from 'node:fs';
import * as module from 'node:module';

/**
 * Keeps what V8 makes of our files between runs, where Node can (22.8 and newer). Whoever can write to that
 * directory can run code as us, so it must belong to us and be closed to others; `sudo` often keeps HOME, hence root
 * has a place of its own. Switched off by `MINI_COMPILE_CACHE=0`; any trouble means: no cache.
 */
export function openCompileCache(): void {
  const { enableCompileCache } = module as { enableCompileCache?: (directory: string) => unknown };
  const { env } = process;
  const uid = process.geteuid?.();
  if (enableCompileCache === undefined || env.MINI_COMPILE_CACHE === '0' || uid === undefined) return;
  const parent = uid === 0 ? '/var/cache' : env.XDG_CACHE_HOME || (env.HOME && `${env.HOME}/.cache`);
  if (!parent?.startsWith('/')) return;
  const directory = `${parent}/mini`;
  try {
    if (isOurs(directory, uid)) enableCompileCache(directory);
  } catch {
    // Slower, and as right as before.
  }
}

function isOurs(directory: string, uid: number): boolean {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const status = lstatSync(directory);
  return status.isDirectory() && status.uid === uid && (status.mode & 0o022) === 0;
}
