import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** A directory (`null`), a link (`-> target`) or a file with its content, and the mode if it is not the usual one. */
export type Content = null | string | readonly [content: null | string, mode: number];

/** Makes a tree in a temporary directory that goes with the test. Directories that contain others come first. */
export function makeTree(t: ExecutionContext, tree: Readonly<Record<string, Content>> = {}): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'rootfs-manager-')));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, entry] of Object.entries(tree)) {
    const [content, mode] = Array.isArray(entry) ? entry : [entry as string | null, undefined];
    makeEntry(join(root, path), content, mode);
  }
  return root;
}

function makeEntry(path: string, content: string | null, mode: number | undefined): void {
  mkdirSync(content === null ? path : dirname(path), { recursive: true });
  if (content?.startsWith('-> ')) {
    symlinkSync(content.slice(3), path);
    return;
  }
  if (content !== null) writeFileSync(path, content);
  chmodSync(path, mode ?? (content === null ? 0o755 : 0o644));
}
