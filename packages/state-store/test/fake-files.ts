import { lstatSync, readFileSync } from 'node:fs';
import type { ReadKernel } from '../src/index.js';

/** What the addon does by one call. */
export const fakeFiles: ReadKernel = {
  readFiles(directory, paths, mostBytes) {
    const contents = paths.map((path) => readOrErrno(`${directory}/${path}`));
    const beginnings = contents.map((content) =>
      typeof content === 'number' ? Buffer.alloc(0) : content.subarray(0, mostBytes),
    );
    let end = 0;
    return {
      bytes: Buffer.concat(beginnings),
      ends: Uint32Array.from(beginnings, ({ length }) => (end += length)),
      sizes: Float64Array.from(contents, (content) =>
        typeof content === 'number' ? content : content.length,
      ),
    };
  },
};

function readOrErrno(path: string): Buffer | number {
  try {
    return lstatSync(path).isFile() ? readFileSync(path) : -22;
  } catch (error) {
    return (error as NodeJS.ErrnoException).errno ?? -1;
  }
}
