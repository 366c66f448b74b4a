import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectCgroupLayout } from '@mini/cgroup-manager';
import type { Options } from 'execa';
import { type MiniResult, startMini } from './mini.js';
import { childrenNamed, childrenOf } from './processes.js';
import { busyboxRoot } from './roots.js';
import { waitFor } from './wait.js';

/** A container that is there for the host to look at. */
export interface Running {
  readonly cli: ReturnType<typeof startMini>;
  readonly cliPid: number;
  readonly monitorPid: number;
  /** Its command, as the host numbers it. */
  readonly pid: number;
  /** What has come out of it so far. */
  readonly stdout: () => string;
  /** Lets a container that `hold` keeps go on to its end. */
  readonly finish: () => Promise<MiniResult>;
}

/**
 * Starts `mini` with these words, whose command must print `ready` on a line, and waits for that. Stdin is a pipe; a
 * command that wants to stay ends with `read _`, and `finish` lets it go.
 */
export async function startRunning(
  args: readonly string[],
  options: Options = {},
  wrapper: readonly string[] = [],
): Promise<Running> {
  const cli = startMini(args, { stdin: 'pipe', ...options }, wrapper);
  let stdout = '';
  let ended = false;
  cli.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  cli.once('exit', () => {
    ended = true;
  });
  await waitFor('a container that is ready', () => ended || /^ready\r?$/m.test(stdout));
  if (!/^ready\r?$/m.test(stdout)) throw new Error(`the container ended early: ${(await cli).stderr}`);
  const cliPid = cli.pid!;
  const monitorPid = await waitFor('the monitor', () => childrenNamed(cliPid, 'mini-monitor')[0]);
  const pid = await waitFor('the command', () => childrenOf(monitorPid)[0]);
  const finish = async () => {
    cli.stdin?.end('\n');
    const result = await cli;
    return {
      exitCode: result.exitCode ?? -1,
      stdout: String(result.stdout ?? ''),
      stderr: String(result.stderr ?? ''),
      signal: result.signal,
    };
  };
  return { cli, cliPid, monitorPid, pid, stdout: () => stdout, finish };
}

/** A busybox container that runs `script` and then stays until `finish`. */
export function hold(flags: readonly string[], script = ':', root = busyboxRoot()): Promise<Running> {
  const command = ['sh', '-c', `${script}\necho ready; read _`];
  return startRunning(['run', '--rm', '-i', ...flags, '--rootfs', root, ...command]);
}

/** Reads a control file of the cgroup that a process is in, where the host has it. `undefined` without that tree. */
export function readCgroupFile(pid: number, controller: string, file: string): string | undefined {
  const directory = cgroupDirectory(pid, controller);
  return directory === undefined ? undefined : readFileSync(join(directory, file), 'utf8').trim();
}

/** The directory of a process's cgroup in the tree of a controller; on v2 there is one tree for all. */
export function cgroupDirectory(pid: number, controller: string): string | undefined {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n');
  const trees = detectCgroupLayout().hierarchies;
  const tree =
    trees.find((each) => each.version === 1 && each.controllers.includes(controller)) ??
    trees.find(({ version }) => version === 2);
  if (tree === undefined) return undefined;
  const name = tree.version === 2 ? '' : tree.controllers.join(',');
  const path = lines.map((line) => line.split(':')).find((parts) => parts[1] === name)?.[2];
  return path === undefined ? undefined : join(tree.mountPoint, path);
}
