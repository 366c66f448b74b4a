import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { architecturesOf, libraryName, SHIPPED_MACHINES } from '../architectures.js';
import { loadLibrary } from '../library.js';

/** No architecture's table is longer; ARM's private calls and those of x32 lie elsewhere. Source: syscall tables of Linux. */
const TABLE_LENGTH = 1024;
const OFFSETS: Readonly<Record<string, readonly number[]>> = { x32: [0x40000000], arm: [0, 0xf0000] };

// Writes data/syscalls.json, the calls of each architecture by their numbers, as libseccomp knows them. With --check only
// compares, and only with a library of the same version: another one knows other calls.
const path = new URL('../../../data/syscalls.json', import.meta.url);
const { version } = loadLibrary();
const text = `${JSON.stringify({ source: `libseccomp ${version()}`, architectures: listAll() }, null, 2)}\n`;
if (process.argv.includes('--check')) check(readFileSync(path, 'utf8'));
else writeFileSync(path, text);

function listAll(): Record<string, Record<string, number>> {
  const names = SHIPPED_MACHINES.flatMap(architecturesOf).map(libraryName);
  return Object.fromEntries(names.map((name) => [name, listCalls(name)]));
}

function listCalls(architecture: string): Record<string, number> {
  const library = loadLibrary();
  const numbers = (OFFSETS[architecture] ?? [0]).flatMap((offset) =>
    Array.from({ length: TABLE_LENGTH }, (_, index) => offset + index),
  );
  return Object.fromEntries(
    numbers.flatMap((number) => {
      const name = library.resolveName(architecture, number);
      return name === undefined ? [] : [[name, number]];
    }),
  );
}

function check(committed: string): void {
  const { source } = JSON.parse(committed) as { source: string };
  if (source !== `libseccomp ${version()}`) {
    process.stdout.write(`data/syscalls.json comes from ${source}, here is ${version()}: not compared\n`);
  } else if (committed !== text) {
    process.stderr.write('data/syscalls.json differs: run "npx nx run seccomp:generate"\n');
    process.exitCode = 1;
  }
}
