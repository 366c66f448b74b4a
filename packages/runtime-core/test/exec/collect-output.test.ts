import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { collectOutput } from '../../src/exec/collect-output.js';
import { nativeKernel } from '../../src/index.js';

const kernel = nativeKernel();

test('takes what is there and does not wait for more', (t) => {
  const [readEnd, writeEnd] = kernel.pipe();
  t.teardown(() => closeSync(writeEnd));
  const output = collectOutput(kernel, readEnd, 100, () => t.fail());
  writeSync(writeEnd, 'ü and more');
  // The writing end is still open, as a process in the background would hold it.
  t.is(output.finish()?.toString(), 'ü and more');
  t.throws(() => fstatSync(readEnd), { code: 'EBADF' });
  t.is(output.finish()?.toString(), 'ü and more');
});

test('says once that it is too much, and goes on reading so that the writer does not stall', async (t) => {
  const [readEnd, writeEnd] = kernel.pipe();
  // Of its own, so that a full pipe is an error here and does not block who is to read it.
  const impatient = openSync(`/proc/self/fd/${writeEnd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  closeSync(writeEnd);
  let times = 0;
  const output = collectOutput(kernel, readEnd, 100, () => {
    times += 1;
  });
  // A pipe holds 64 KiB: were nobody reading, there would soon be no room.
  for (let left = 4 * 65536; left > 0; ) {
    const written = writeSome(impatient, left);
    left -= written;
    if (written === 0) await sleep(2);
  }
  closeSync(impatient);
  t.is(times, 1);
  t.is(output.finish()?.toString(), undefined);
});

/** As many bytes as there is room for, at most `most`. */
function writeSome(fd: number, most: number): number {
  try {
    return writeSync(fd, Buffer.alloc(Math.min(most, 65536)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
