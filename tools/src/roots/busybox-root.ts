import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { RuntimeError, reasonOf } from '@mini/contracts';

/** The user `app` of a busybox root: uid and gid, and two groups more. */
export const appUser = { name: 'app', uid: 1000, gid: 1000, groups: { video: 44, audio: 63 } } as const;

const directories: readonly (readonly [path: string, mode: number])[] = [
  ...[
    'bin',
    'dev',
    'etc',
    'home',
    'home/app',
    'mnt',
    'proc',
    'run',
    'sbin',
    'sys',
    'usr',
    'usr/bin',
    'usr/sbin',
  ].map((path) => [path, 0o755] as const),
  ['root', 0o700],
  ['tmp', 0o1777],
  ['var', 0o755],
  ['var/log', 0o755],
  ['var/tmp', 0o1777],
];

const files: Readonly<Record<string, string>> = {
  'etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\n' +
    'app:x:1000:1000:app:/home/app:/bin/sh\n' +
    'nobody:x:65534:65534:nobody:/nonexistent:/bin/false\n',
  'etc/group': 'root:x:0:\nvideo:x:44:app\naudio:x:63:app\napp:x:1000:\nnogroup:x:65534:\n',
  'etc/hostname': 'busybox\n',
  'etc/hosts': '127.0.0.1\tlocalhost\n::1\tlocalhost\n',
  'etc/os-release': 'ID=busybox\nNAME="busybox"\nPRETTY_NAME="busybox, made by tools/roots"\n',
};

// Absolute and relative ones, as images have them.
const links: Readonly<Record<string, string>> = {
  'usr/bin/env': '../../bin/busybox',
  'var/run': '/run',
  'etc/mtab': '/proc/mounts',
};

/**
 * Makes a root file system of one static busybox with a link for each of its programs, in milliseconds.
 * @param directory made if it is missing; must be empty
 * @param busybox path of a static busybox
 * @throws RuntimeError `failed to make busybox root "<directory>": …`
 */
export function makeBusyboxRoot(directory: string, busybox = '/bin/busybox'): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    if (readdirSync(directory).length > 0) throw new Error('the directory is not empty');
    makeDirectories(directory);
    for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
    for (const [path, target] of Object.entries(links)) symlinkSync(target, join(directory, path));
    installBusybox(join(directory, 'bin'), busybox);
    if (process.geteuid?.() === 0) chownSync(join(directory, 'home/app'), appUser.uid, appUser.gid);
  } catch (cause) {
    const message = `failed to make busybox root ${JSON.stringify(directory)}: ${reasonOf(cause)}`;
    throw new RuntimeError({ code: 'ROOT_FAILED', message, cause });
  }
}

function makeDirectories(directory: string): void {
  for (const [path, mode] of directories) {
    mkdirSync(join(directory, path));
    // mkdir(2) takes the umask off and knows no sticky bit.
    chmodSync(join(directory, path), mode);
  }
}

function installBusybox(bin: string, busybox: string): void {
  copyFileSync(busybox, join(bin, 'busybox'), constants.COPYFILE_FICLONE);
  chmodSync(join(bin, 'busybox'), 0o755);
  const names = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const name of names) if (name !== 'busybox') symlinkSync('busybox', join(bin, name));
}
