import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBusyboxRoot } from '@mini/tools';

let root: string | undefined;

/** A static busybox root file system, made once for each test file and removed with its process. */
export function busyboxRoot(): string {
  if (root === undefined) {
    root = freshBusyboxRoot();
    const made = root;
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  }
  return root;
}

/** One that a test may change; the caller removes it. */
export function freshBusyboxRoot(): string {
  const directory = mkdtempSync(join(tmpdir(), 'mini-root-'));
  makeBusyboxRoot(directory);
  return directory;
}
