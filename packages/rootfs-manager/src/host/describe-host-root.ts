import { readFileSync, statSync } from 'node:fs';
import { listPlaces, parseMountinfo } from '../mountinfo.js';
import { findUnreadable } from './find-unreadable.js';
import { assignLayers, type HostLayer, withoutCovered } from './hidden-entry.js';
import { listKept, listKnownSecrets } from './list-known-secrets.js';
import { selectSubmounts } from './select-submounts.js';

/**
 * The image named `host`: this machine's own root and the file systems that belong to it, each with what is hidden
 * of it: homes, runtime and temporary files, keys and password hashes, mini's own data (`dataDirectories`, wherever they are seen), and what
 * `findUnreadable` finds. `root` is for tests.
 */
export function describeHostRoot(dataDirectories: readonly string[], root = '/'): HostLayer[] {
  const mounts = root === '/' ? parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8')) : [];
  const places = dataDirectories.flatMap((directory) => listPlaces(mounts, directory));
  const known = listKnownSecrets(root, places);
  const unreadable = findUnreadable({ root, hidden: known.map(({ path }) => path) });
  const hidden = [...withoutCovered([...unreadable, ...known]), ...listKept(root)];
  const whole = hidden.filter(({ how }) => how !== 'replace').map(({ path }) => path);
  return assignLayers(hidden, selectSubmounts(mounts, whole).filter(isDirectory));
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
