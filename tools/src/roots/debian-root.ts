import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RuntimeError, reasonOf } from '@mini/contracts';
import { execa } from 'execa';
import { findCacheDirectory } from '../workspace.js';

const suite = 'bookworm';
const packages = ['procps'];

/** Where the Debian root is kept; another suite or list of packages has another path. */
export function findDebianRootPath(cacheDirectory = findCacheDirectory()): string {
  const hash = createHash('sha256')
    .update([suite, ...packages].join('\n'))
    .digest('hex')
    .slice(0, 12);
  return join(cacheDirectory, 'roots', `debian-${suite}-${hash}`);
}

/**
 * A real Debian root file system, made by mmdebstrap on the first call (half a minute) and cached. It is
 * shared by all callers: put a throw-away layer over it, or copy it with `copyDebianRoot`.
 * @returns its path
 * @throws RuntimeError `failed to make Debian root "<path>": …`
 */
export async function debianRoot(): Promise<string> {
  const path = findDebianRootPath();
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  // Made beside its place and renamed, so that an interrupted run leaves nothing that looks complete.
  const scratch = mkdtempSync(`${path}.`);
  const root = join(scratch, 'root');
  try {
    const flags = ['--variant=minbase', `--include=${packages.join(',')}`, '--quiet'];
    await execa('mmdebstrap', [...flags, suite, root], { stdin: 'ignore' });
    renameIfFirst(root, path);
    return path;
  } catch (cause) {
    const message = `failed to make Debian root ${JSON.stringify(path)}: ${reasonOf(cause)}`;
    throw new RuntimeError({ code: 'ROOT_FAILED', message, cause });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A copy of `debianRoot()` at `directory`, which must not exist; shares blocks where the file system can. */
export async function copyDebianRoot(directory: string): Promise<void> {
  const root = await debianRoot();
  if (existsSync(directory)) {
    const message = `failed to make Debian root ${JSON.stringify(directory)}: it exists already`;
    throw new RuntimeError({ code: 'ROOT_FAILED', message });
  }
  await execa('cp', ['-a', '--reflink=auto', root, directory]);
}

function renameIfFirst(root: string, path: string): void {
  try {
    renameSync(root, path);
  } catch (error) {
    // Another process was faster: its root is as good.
    if (!existsSync(path)) throw error;
  }
}
