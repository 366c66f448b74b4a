import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withHugePages } from '@mini/tools';
import { freshDirectory } from './roots.js';
import { waitFor } from './wait.js';

/** An engine of a test's own. */
export interface Daemon {
  readonly directory: string;
  /** Ends it, and waits for that. */
  stop(): Promise<void>;
}

/** Why a program cannot be used here; undefined when it can. */
export function whyNoProgram(...names: readonly string[]): string | undefined {
  const missing = names.find((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  return missing === undefined ? undefined : `there is no ${missing}`;
}

/** Starts an engine that serves `isReady`; what it says goes to a file. */
export async function startDaemon(
  directory: string,
  [file = '', ...words]: readonly string[],
  isReady: () => boolean,
): Promise<Daemon> {
  const log = openSync(join(directory, 'log'), 'w');
  const child: ChildProcess = spawn(file, words, { stdio: ['ignore', log, log], detached: true });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await waitFor(`${file}, which logs to ${directory}/log`, isReady);
  return {
    directory,
    async stop() {
      // The whole group: a script may stand between this process and the engine.
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await ended;
    },
  };
}

/**
 * An engine that counts, and gives up at a tree of control groups that processes are in and that is mounted nowhere, as
 * one of huge pages that somebody has left.
 */
export function withEveryTree(words: readonly string[]): readonly string[] {
  const isInTree = /^\d+:hugetlb:/m.test(readFileSync('/proc/self/cgroup', 'utf8'));
  return isInTree ? withHugePages(words) : words;
}

/** Short, for the paths of sockets. */
export function daemonDirectory(name: string): string {
  return freshDirectory(name);
}
