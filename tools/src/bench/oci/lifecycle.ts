import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { timeProgram } from '../side.js';
import type { Runtime } from './runtimes.js';

/** The commands that an engine calls for one container, in their order. */
export const LIFE = ['create', 'start', 'state', 'kill', 'delete'] as const;
export type LifeCommand = (typeof LIFE)[number];

const POLL_MS = 1;

/** A container that has nothing to do but end: created, started, waited for and deleted. Milliseconds of it all. */
export async function timeCycle(runtime: Runtime, bundle: string, id: string): Promise<number> {
  const start = performance.now();
  const pidFile = join(bundle, `${id}.pid`);
  await call(runtime, 'create', '--bundle', bundle, '--pid-file', pidFile, id);
  await call(runtime, 'start', id);
  await waitForEnd(Number(readFileSync(pidFile, 'utf8')));
  await call(runtime, 'delete', id);
  return performance.now() - start;
}

/** One that sleeps, and is killed. Milliseconds of each command. */
export async function timeCommands(
  runtime: Runtime,
  bundle: string,
  id: string,
): Promise<Readonly<Record<LifeCommand, number>>> {
  const pidFile = join(bundle, `${id}.pid`);
  const create = await call(runtime, 'create', '--bundle', bundle, '--pid-file', pidFile, id);
  const start = await call(runtime, 'start', id);
  const state = await call(runtime, 'state', id);
  const kill = await call(runtime, 'kill', id, 'KILL');
  await waitForEnd(Number(readFileSync(pidFile, 'utf8')));
  return { create, start, state, kill, delete: await call(runtime, 'delete', id) };
}

function call({ file, words }: Runtime, ...args: string[]): Promise<number> {
  return timeProgram(file, [...words, ...args]);
}

/** A zombie has ended: who adopted it may take its time. */
async function waitForEnd(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(POLL_MS);
}

function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
