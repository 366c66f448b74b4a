import { closeSync, fstatSync, writeSync } from 'node:fs';
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
  const bytes = Buffer.alloc(65536);
  await new Promise<void>((resolve) => {
    const output = collectOutput(kernel, readEnd, 100, () => {
      // A pipe holds 64 KiB: were nobody reading, the second of these would block for ever.
      writeSync(writeEnd, bytes);
      setTimeout(() => {
        writeSync(writeEnd, bytes);
        closeSync(writeEnd);
        t.is(output.finish()?.toString(), undefined);
        resolve();
      }, 20);
    });
    writeSync(writeEnd, bytes.subarray(0, 101));
  });
});
