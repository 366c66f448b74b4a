import { resolve } from 'node:path';
import type { ParseContext } from '../../src/commands/run-draft.js';

/** A world without a file system: these files, and these block devices by their number. */
export interface FakeWorld {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly devices?: Readonly<Record<string, number>>;
}

/** What parsers may know, from a `FakeWorld`; the working directory is `/work`. */
export function fakeContext({ env = {}, files = {}, devices = {} }: FakeWorld = {}): ParseContext {
  const missing = () => Object.assign(new Error('no such file'), { errno: -2, code: 'ENOENT' });
  // Names without a directory lie in the working directory.
  const absolute = new Map(
    Object.entries(files).map(([name, content]) => [resolve('/project', name), content]),
  );
  return {
    cwd: '/project',
    env,
    readFile: (path) => {
      const content = absolute.get(path);
      if (content === undefined) throw missing();
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    stat: (path) => {
      if (files[path] === undefined && devices[path] === undefined) throw missing();
      return { rdev: devices[path] ?? 0, isBlockDevice: () => devices[path] !== undefined };
    },
  };
}
