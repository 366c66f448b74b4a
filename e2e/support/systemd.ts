import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectCgroupLayout } from '@mini/cgroup-manager';
import type { MiniResult } from './mini.js';
import { freshDirectory } from './roots.js';
import { waitFor } from './wait.js';

const PROGRAM = '/lib/systemd/systemd';
const TREE = '/sys/fs/cgroup';

/** `undefined` where systemd can be the first process of namespaces. */
export function whyNoSystemd(): string | undefined {
  if (process.env.MINI_VM !== '1') return 'systemd is started in the virtual machine alone';
  if (detectCgroupLayout().mode !== 'v2') return 'this machine has not cgroup v2 alone';
  return existsSync(PROGRAM) ? undefined : 'systemd is missing';
}

/** A systemd that is the first process of its own namespaces, with nothing to start. */
export interface Systemd {
  /** Runs a program beside it, in its namespaces. */
  run(file: string, ...words: string[]): Promise<MiniResult>;
  /** The members of a unit that `systemctl show` tells, as `NAME=VALUE`. */
  show(unit: string, ...names: string[]): Promise<string[]>;
  /** The directory of a group, from outside of the namespaces. */
  groupDirectory(path: string): string;
  stop(): Promise<void>;
}

/**
 * It finds a /run of its own, its group as the root of the control groups, and nothing of this machine's to start: each program that
 * looks for that would take seconds under emulation.
 */
const BOOT = `set -e
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/systemd/system /run/lock
mount -t tmpfs tmpfs /lib/systemd/system-generators
mount -t tmpfs tmpfs /etc/systemd
umount ${TREE}
mount -t cgroup2 -o nsdelegate cgroup2 ${TREE}
printf '[Unit]\\nDescription=Nothing\\nDefaultDependencies=no\\n' >/run/systemd/system/nothing.target
exec env -i container=mini "PATH=$PATH" ${PROGRAM} --system --unit=nothing.target --log-target=null --show-status=no`;

export async function startSystemd(): Promise<Systemd> {
  const group = join(TREE, 'systemd-of-tests');
  mkdirSync(group);
  const enter = `echo 0 >${group}/cgroup.procs; exec unshare --mount --propagation private --pid --cgroup --fork --kill-child --mount-proc sh -c "$0"`;
  const unshare = spawn('sh', ['-c', enter, BOOT], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => unshare.once('exit', () => resolve()));
  const pid = await waitFor('systemd', () => {
    const [child = ''] = readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8').split(' ');
    return existsSync(`/proc/${child}/root/run/systemd/private`) && Number(child);
  });
  // A group that gives controllers away has no processes itself, and what is run beside systemd is born below it.
  const own = join(group, 'tests');
  mkdirSync(own);
  writeFileSync(join(ownGroup(), 'cgroup.procs'), String(unshare.pid));
  const run = (file: string, ...words: string[]) => runInside(pid, own, [file, ...words]);
  return {
    run,
    async show(unit, ...names) {
      const { stdout } = await run('systemctl', 'show', unit, ...names.flatMap((name) => ['-p', name]));
      return stdout.trim().split('\n').sort();
    },
    groupDirectory: (path) => join(group, path),
    async stop() {
      writeFileSync(join(group, 'cgroup.kill'), '1');
      await exited;
      rmdirSync(own);
    },
  };
}

function ownGroup(): string {
  return join(TREE, readFileSync('/proc/self/cgroup', 'utf8').trim().slice('0::'.length));
}

/** What it writes goes to files, for what it leaves behind may hold a pipe of ours for long. */
async function runInside(pid: number, group: string, words: readonly string[]): Promise<MiniResult> {
  const enter = `echo 0 >${group}/cgroup.procs; exec nsenter -t ${pid} -m -p -C "$0" "$@"`;
  const directory = freshDirectory('output');
  const paths = ['stdout', 'stderr'].map((name) => join(directory, name));
  const [out, err] = paths.map((path) => openSync(path, 'w')) as [number, number];
  const child = spawn('sh', ['-c', enter, ...words], { stdio: ['ignore', out, err] });
  const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  closeSync(out);
  closeSync(err);
  const [stdout, stderr] = paths.map((path) => readFileSync(path, 'utf8')) as [string, string];
  return { exitCode: exitCode ?? -1, stdout, stderr, signal: signal ?? undefined };
}
