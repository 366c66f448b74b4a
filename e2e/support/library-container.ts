import { randomBytes } from 'node:crypto';
import { detectCgroupLayout, openCgroup } from '@mini/cgroup-manager';
import {
  type ContainerProcess,
  type RunInOptions,
  runIn,
  type SpawnOptions,
  spawn,
} from '@mini/runtime-core';
import { busyboxRoot } from './roots.js';

/** A container that a program started by itself, and its cgroup. */
export interface LibraryContainer {
  readonly process: ContainerProcess;
  readonly pid: number;
  readonly cgroup: string;
  /** Runs a command in it, with its cgroup. */
  run(words: readonly [string, ...string[]], options?: RunInOptions): ReturnType<typeof runIn>;
  /** Runs a shell script in it; gives its stdout. */
  read(script: string, options?: RunInOptions): Promise<string>;
  stop(): Promise<void>;
}

/** A busybox container that sleeps. */
export async function startContainer(options: SpawnOptions = {}): Promise<LibraryContainer> {
  const cgroup = `/mini/e2e-${randomBytes(6).toString('hex')}`;
  const process = spawn('sleep', ['1000'], { root: busyboxRoot(), hostname: 'box', cgroup, ...options });
  await process.started;
  const { pid } = process;
  const run = async ([command, ...args]: readonly [string, ...string[]], more: RunInOptions = {}) => {
    const join = openCgroup(detectCgroupLayout(), cgroup)?.openForLaunch();
    try {
      return await runIn({ pid }, command, args, { ...(join ? { cgroup: join } : {}), ...more });
    } finally {
      join?.close();
    }
  };
  return {
    process,
    pid,
    cgroup,
    run,
    read: async (script, more) => (await run(['sh', '-c', script], more)).stdout,
    async stop() {
      process.kill('SIGKILL');
      await process.exited;
    },
  };
}
