import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import type { VmPrograms } from './requirements.js';

// The bind is what makes a virtiofsd in a chroot possible (with the root itself as its source it fails in
// pivot_root); read-only, so that no mistake in the guest can reach this machine. The mount namespace is
// private and goes with virtiofsd, so nothing of it is ever seen outside.
const shareScript = `set -e
root=$1
shift
mount --bind / "$root"
mount -o remount,bind,ro "$root"
while [ "$1" != -- ]; do
  mount --bind "$1" "$root$1"
  mount -o remount,bind,ro "$root$1"
  shift
done
shift
exec setpriv --pdeathsig KILL "$@"`;

/** Shares the host's root file system on a vhost-user socket in `jobDirectory`; ends with `cancelSignal`. */
export async function startShare(
  programs: VmPrograms,
  jobDirectory: string,
  visibleDirectories: readonly string[],
  cancelSignal: AbortSignal,
): Promise<string> {
  const root = join(jobDirectory, 'root');
  const socketPath = join(jobDirectory, 'fs.sock');
  mkdirSync(root);
  const script = [
    'unshare',
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    shareScript,
    'share',
  ] as const;
  const words = [...script.slice(1), root, ...findSeparateMounts(visibleDirectories), '--'];
  const daemon = execa(
    script[0],
    [...words, programs.virtiofsd, ...makeDaemonFlags(programs, socketPath, root)],
    {
      cancelSignal,
      stdin: 'ignore',
      reject: false,
      forceKillAfterDelay: 1000,
      all: true,
    },
  );
  let output: string | undefined;
  void daemon.then((result) => {
    output = result.all ?? '';
  });
  while (!existsSync(socketPath)) {
    if (output !== undefined) throw new Error(`virtiofsd ended: ${output.trim()}`);
    await setTimeout(10);
  }
  return socketPath;
}

/** The C program of QEMU 7 and the Rust program that followed it differ in their flags. */
function makeDaemonFlags(programs: VmPrograms, socketPath: string, root: string): string[] {
  if (programs.virtiofsd.endsWith('/qemu/virtiofsd')) {
    const options = [`source=${root}`, 'cache=always', 'sandbox=chroot'].flatMap((option) => ['-o', option]);
    return ['-f', `--socket-path=${socketPath}`, ...options, '--thread-pool-size=0'];
  }
  const flags = [`--socket-path=${socketPath}`, `--shared-dir=${root}`, '--cache=always', '--sandbox=chroot'];
  return [...flags, '--thread-pool-size=0'];
}

/** A bind of the root shows no other mounts: those that the job needs are bound one by one. */
function findSeparateMounts(directories: readonly string[]): string[] {
  const rootDevice = statSync('/').dev;
  return directories.filter((directory) => existsSync(directory) && statSync(directory).dev !== rootDevice);
}
