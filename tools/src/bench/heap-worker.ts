/**
 * A Node program of a given size that starts containers, driven as `sides/driven-program.ts` says.
 * Arguments: ROOT and the megabytes that its memory is filled up to.
 */
import { readSync, writeSync } from 'node:fs';
import { spawn } from '@mini/runtime-core';

const [root = '/', megabytes = '0'] = process.argv.slice(2);
const ballast: Buffer[] = [];
const BLOCK_BYTES = 1 << 20;

// Filled with something, so that the kernel has to find pages for it.
while (process.memoryUsage.rss() < Number(megabytes) * BLOCK_BYTES)
  ballast.push(Buffer.alloc(BLOCK_BYTES, 1));

const request = Buffer.alloc(1);
while (readSync(3, request) === 1) {
  const start = process.hrtime.bigint();
  const { exitCode } = await spawn('/bin/true', [], {
    root,
    hostname: 'box',
    limits: { memory: { limit: 64 << 20 }, pids: { limit: 32 } },
    stdio: 'ignore',
  }).exited;
  if (exitCode !== 0) throw new Error(`"/bin/true" ended with exit code ${exitCode}`);
  writeSync(4, `${process.hrtime.bigint() - start}\n`);
}
