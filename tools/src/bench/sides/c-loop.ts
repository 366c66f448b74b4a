import { spawn as spawnProgram } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { toolsRoot } from '../../workspace.js';
import { type Scene, TRUE_COMMAND } from '../scene.js';
import type { ProbedContainer, Side } from '../side.js';
import type { Tree } from '../trees.js';
import { drivenProgram } from './driven-program.js';

const program = join(toolsRoot, 'dist/bench/c-loop');

/** The bare C loop: the time that the kernel needs for such a container, give or take. */
export function cLoop({ root }: Scene, trees: readonly Tree[]): Side {
  const places = trees.map(({ controllers, mountPoint }) => `${controllers}:${mountPoint}`);
  return {
    ...drivenProgram('C loop', program, [root, ...places, '--', TRUE_COMMAND]),
    probe: (command) => probe([root, ...places, '--', ...command]),
  };
}

function probe(args: readonly string[]): ProbedContainer {
  const child = spawnProgram(program, args, { stdio: ['pipe', 'pipe', 'inherit', 'pipe', 'ignore'] });
  (child.stdio[3] as import('node:stream').Writable).end('.');
  return { stdin: child.stdin!, stdout: child.stdout!, ended: once(child, 'exit') };
}
