import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshDirectory } from '../../support/roots.js';

/** A directory of the host that no container has anything to do with. */
export interface Decoy {
  readonly path: string;
  /** All of it, names, owners, modes, times and contents, in one word. */
  digest(): string;
}

/** Makes one with a file, a directory and a secret; removed with the process. */
export function makeDecoy(): Decoy {
  const path = freshDirectory('decoy');
  mkdirSync(join(path, 'kept'));
  writeFileSync(join(path, 'kept/file'), 'kept');
  writeFileSync(join(path, 'secret'), 'secret', { mode: 0o600 });
  return { path, digest: () => createHash('sha256').update(describe(path).join('\n')).digest('hex') };
}

function describe(path: string): string[] {
  const { mode, uid, gid, rdev, mtimeMs, nlink } = lstatSync(path);
  const type = lstatSync(path);
  const content = type.isFile()
    ? readFileSync(path, 'base64')
    : type.isSymbolicLink()
      ? readlinkSync(path)
      : '';
  const below = type.isDirectory() ? readdirSync(path).sort() : [];
  return [
    JSON.stringify([path, mode, uid, gid, rdev, mtimeMs, nlink, content]),
    ...below.flatMap((name) => describe(join(path, name))),
  ];
}
