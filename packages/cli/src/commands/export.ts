import { closeSync, lstatSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { RuntimeError, reasonOf } from '@mini/contracts';
import { exportContainer } from '../engine/copy/export.js';
import { value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';
import { ReaderGone, writeBytes } from './write-log.js';

export const OPTIONS = withCommon(value('-o, --output', 'FILE', 'Write to this file instead of stdout'));

/** `mini export`: the root file system of a container as a tar archive. */
export const runCommand = plainCommand({
  name: 'export',
  options: OPTIONS,
  operands: { least: 1, most: 1, called: 'the container' },
  async perform(given) {
    const container = given.operands[0]!;
    const output = given.get('output');
    if (output !== undefined && output !== '') await writeToFile(container, output);
    else await writeToStdout(container);
    return 0;
  },
});

async function writeToStdout(container: string): Promise<void> {
  if (isatty(1)) {
    throw new RuntimeError({
      code: 'bad-option',
      message: `failed to export container "${container}": stdout is a terminal`,
      context: { hint: 'use -o FILE, or send it somewhere' },
    });
  }
  try {
    for await (const bytes of exportContainer(container)) writeBytes(1, bytes, 0, bytes.length);
  } catch (error) {
    if (!(error instanceof ReaderGone)) throw error;
  }
}

/** A file gets its name when it is whole; what is no file, such as a FIFO, is written into. */
async function writeToFile(container: string, path: string): Promise<void> {
  const isPlain = lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
  const place = isPlain ? `${path}.${process.pid}.unfinished` : path;
  try {
    const fd = openSync(place, isPlain ? 'wx' : 'w');
    try {
      for await (const bytes of exportContainer(container)) writeWhole(fd, bytes);
    } finally {
      closeSync(fd);
    }
    if (isPlain) renameSync(place, path);
  } catch (error) {
    if (isPlain) removeUnfinished(place);
    if (typeof (error as NodeJS.ErrnoException).errno !== 'number') throw error;
    throw new RuntimeError({
      code: 'export-failed',
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
