import { lstatSync, mkdirSync } from 'node:fs';

/**
 * Where compiled code and compiled filters are kept; `undefined` when `MINI_CODE_CACHE=0` switches it off or there is no place. `sudo` often
 * keeps HOME, hence root has a place of its own.
 */
export function findCacheDirectory(env: NodeJS.ProcessEnv, uid: number | undefined): string | undefined {
  if (env.MINI_CODE_CACHE === '0' || uid === undefined) return undefined;
  if (uid === 0) return '/var/cache/mini';
  const parent = env.XDG_CACHE_HOME || (env.HOME ? `${env.HOME}/.cache` : '');
  return parent.startsWith('/') ? `${parent}/mini` : undefined;
}

/** Whether the directory is ours and closed to others: who can write there can run code as us. */
export function isOurs(directory: string, uid: number | undefined): boolean {
  const status = lstatSync(directory, { throwIfNoEntry: false });
  return status?.isDirectory() === true && status.uid === uid && (status.mode & 0o022) === 0;
}

/** Makes the directory where it is missing. `false` when it cannot be made or is not ours. */
export function makeOurs(directory: string, uid: number | undefined): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return isOurs(directory, uid);
  } catch {
    return false;
  }
}
