import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ContainerProcess, type SpawnOptions, type SpawnResult, spawn } from '@mini/runtime-core';
import { busyboxRoot } from './roots.js';

/** What became of a spawned process, and what it wrote. */
export interface Spawned extends SpawnResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** Spawns in the busybox root. */
export function spawnIn(
  command: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): ContainerProcess {
  return spawn(command, args, { root: busyboxRoot(), ...options });
}

/** Waits for the end of a process and of its streams. */
export async function finish(child: ContainerProcess): Promise<Spawned> {
  const [result, stdout, stderr] = await Promise.all([child.exited, read(child.stdout), read(child.stderr)]);
  return { ...result, stdout, stderr };
}

/** Spawns a shell line in the busybox root and waits for its end. */
export function sh(line: string, options: SpawnOptions = {}): Promise<Spawned> {
  return finish(spawnIn('sh', ['-c', line], options));
}

/** What `sh` gives for a line that went well. */
export function said(stdout: string): Spawned {
  return { exitCode: 0, signal: null, oomKilled: false, stdout, stderr: '' };
}

/** How many descriptors this process has open. */
export function countDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Waits until there are as many descriptors again, half a minute at most: closing takes turns of the event loop. */
export async function countDescriptorsAfter(before: number): Promise<number> {
  for (let attempt = 0; attempt < 600 && countDescriptors() !== before; attempt++) await sleep(50);
  return countDescriptors();
}

/** Processes whose parent is this one, zombies too. */
export function listChildren(): string[] {
  return readdirSync('/proc/self/task').flatMap((thread) => readChildren(thread));
}

function readChildren(thread: string): string[] {
  try {
    return readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean);
  } catch {
    return [];
  }
}

function read(stream: Readable | null): Promise<string> {
  return stream === null ? Promise.resolve('') : text(stream);
}
