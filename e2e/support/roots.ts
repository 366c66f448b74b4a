import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBusyboxRoot } from '@mini/tools';

const made: string[] = [];
let root: string | undefined;

/** A static busybox root file system, made once for each test file and removed with its process. */
export function busyboxRoot(): string {
  root ??= freshBusyboxRoot();
  return root;
}

/** One that a test may change; it is removed with the process. */
export function freshBusyboxRoot(): string {
  const directory = freshDirectory('root');
  // mkdtemp(3) lets its owner in alone; in a container other users go through "/" too.
  chmodSync(directory, 0o755);
  makeBusyboxRoot(directory);
  return directory;
}

/** An empty directory of the host, removed with the process. */
export function freshDirectory(name = 'dir'): string {
  const directory = mkdtempSync(join(tmpdir(), `mini-e2e-${name}-`));
  if (made.push(directory) === 1) process.once('exit', removeMade);
  return directory;
}

function removeMade(): void {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
}
