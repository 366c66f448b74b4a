import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Podman's default limits cannot be set where CAP_SYS_RESOURCE is missing. */
export function podmanEnvironment(directory: string): NodeJS.ProcessEnv {
  const path = join(directory, 'containers.conf');
  writeFileSync(path, '[containers]\ndefault_ulimits = []\n\n[engine]\nruntime = "crun"\n');
  return { CONTAINERS_CONF: path };
}

/** A podman whose containers and images are its own. */
export interface OwnPodman {
  readonly file: 'podman';
  /** Words that stand before each command. */
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Runs a command; its stdout. */
  run(...words: string[]): Promise<string>;
  removeAll(): Promise<void>;
}

export function openPodman(directory: string): OwnPodman {
  const own = join(directory, 'podman');
  mkdirSync(own, { recursive: true });
  const places = ['root', 'runroot', 'tmpdir'].flatMap((name) => [`--${name}`, join(own, name)]);
  const words = [...places, '--cgroup-manager', 'cgroupfs', '--events-backend', 'none'];
  const env = { ...process.env, ...podmanEnvironment(own) };
  const run = async (...command: string[]) =>
    (await execute('podman', [...words, ...command], { env, maxBuffer: 1 << 28 })).stdout;
  return {
    file: 'podman',
    words,
    env,
    run,
    removeAll: async () => {
      await run('rm', '-f', '-a', '-t', '0');
      for (const place of listMountPoints(own)) await execute('umount', ['-l', place]);
    },
  };
}

/** What podman leaves mounted, the innermost first: its storage, on itself. */
function listMountPoints(directory: string): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const points = mounts.map((line) => line.split(' ')[4] ?? '');
  return points.filter((point) => point.startsWith(`${directory}/`)).reverse();
}
