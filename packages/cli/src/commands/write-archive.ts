import { closeSync, lstatSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { RuntimeError, reasonOf } from '@mini/contracts';
import { ReaderGone, writeBytes } from './write-log.js';

/**
 * Writes an archive to a file, or to stdout for no file; `object` is what is being done, for messages: `export container "x"`.
 * Rejects with `RuntimeError` `bad-option` for a terminal, and what the archive rejects with.
 */
export async function writeArchive(
  archive: AsyncIterable<Uint8Array>,
  output: string | undefined,
  object: string,
): Promise<void> {
  if (output !== undefined && output !== '') await writeToFile(archive, output);
  else await writeToStdout(archive, object);
}

async function writeToStdout(archive: AsyncIterable<Uint8Array>, object: string): Promise<void> {
  if (isatty(1)) {
    throw new RuntimeError({
      code: 'bad-option',
      message: `failed to ${object}: stdout is a terminal`,
      context: { hint: 'use -o FILE, or send it somewhere' },
    });
  }
  try {
    for await (const bytes of archive) writeBytes(1, bytes, 0, bytes.length);
  } catch (error) {
    if (!(error instanceof ReaderGone)) throw error;
  }
}

/** A file gets its name when it is whole; what is no file, such as a FIFO, is written into. */
async function writeToFile(archive: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const isPlain = lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
  const place = isPlain ? `${path}.${process.pid}.unfinished` : path;
  try {
    const fd = openSync(place, isPlain ? 'wx' : 'w');
    try {
      for await (const bytes of archive) writeWhole(fd, bytes);
    } finally {
      closeSync(fd);
    }
    if (isPlain) renameSync(place, path);
  } catch (error) {
    if (isPlain) removeUnfinished(place);
    if (typeof (error as NodeJS.ErrnoException).errno !== 'number') throw error;
    throw new RuntimeError({
      code: 'write-failed',
      message: `failed to write "${path}": ${reasonOf(error)}`,
      cause: error,
    });
  }
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function removeUnfinished(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made.
  }
}
