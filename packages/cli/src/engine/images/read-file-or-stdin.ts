import { createReadStream } from 'node:fs';
import { RuntimeError, reasonOf } from '@mini/contracts';

/** The bytes of a file, or for `-` of what is typed. Rejects with `RuntimeError` `bad-file`. */
export async function* readFileOrStdin(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const options = { highWaterMark: 1 << 18 };
  try {
    if (path === '-') yield* createReadStream('', { ...options, fd: 0, autoClose: false });
    else yield* createReadStream(path, options);
  } catch (error) {
    const { syscall } = error as NodeJS.ErrnoException;
    if (syscall !== 'open' && syscall !== 'read') throw error;
    throw new RuntimeError({
      code: 'bad-file',
      message: `failed to read "${path === '-' ? 'stdin' : path}": ${reasonOf(error)}`,
      cause: error,
    });
  }
}
