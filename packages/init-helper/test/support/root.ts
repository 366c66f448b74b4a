import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLONE, MS, makeDeviceNumber, type Step } from '@mini/contracts';

export const skipReason = process.getuid?.() === 0 ? undefined : 'needs root to make namespaces';

export const sixNamespaces =
  CLONE.NEWNS | CLONE.NEWPID | CLONE.NEWUTS | CLONE.NEWIPC | CLONE.NEWNET | CLONE.NEWCGROUP;

const applets = [
  'cat chmod chown echo env grep head hostname id ifconfig kill ls mkdir mount nice od pwd readlink sh sleep stat',
  'stty tail test touch tr true tty umask unshare usleep wc xargs',
].flatMap((line) => line.split(' '));

/** A root file system of busybox alone, and a directory beside it; removed by the returned function. */
export function makeBusyboxRoot(): { root: string; beside: string; remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'mini-root-'));
  const root = join(directory, 'root');
  const beside = join(directory, 'beside');
  mkdirSync(join(root, 'bin'), { recursive: true });
  mkdirSync(beside);
  cpSync('/bin/busybox', join(root, 'bin/busybox'));
  for (const applet of applets) symlinkSync('busybox', join(root, 'bin', applet));
  return { root, beside, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/**
 * The mounts of this namespace that a container of the tests could have left: on the places that every root has, or in
 * one of `directories`. Others are other programs' business.
 */
export function hostMounts(...directories: readonly string[]): string[] {
  const places = ['/', '/proc', '/dev', '/dev/pts', '/bin'];
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.filter((line) => {
    const place = line.split(' ')[4] ?? '';
    return places.includes(place) || directories.some((directory) => line.includes(directory));
  });
}

/** Steps of a root at `root`, read and written in place. */
export function rootSteps(root: string): Step[] {
  return [
    { op: 'propagation', propagation: MS.PRIVATE },
    { op: 'root_tree', source: root, recursive: 0 },
  ];
}

/** A bind without source and target. */
export const bindSample = {
  op: 'bind',
  fd: -1,
  targetKind: 3,
  recursive: 0,
  attributesSet: 0,
  attributesClear: 0,
  attributesRecursive: 0,
  propagation: 0,
} as const;

export const proc: Step = {
  op: 'mount',
  fstype: 'proc',
  source: 'proc',
  target: '/proc',
  options: [],
  attributes: 14,
  propagation: 0,
};

/** /dev as a tmpfs with its nodes, and devpts. */
export const devices: readonly Step[] = [
  {
    op: 'mount',
    fstype: 'tmpfs',
    source: 'tmpfs',
    target: '/dev',
    options: ['mode=755', 'size=65536k'],
    attributes: 2,
    propagation: 0,
  },
  node('/dev/null', 3),
  node('/dev/zero', 5),
  { op: 'symlink', content: '/proc/self/fd', path: '/dev/fd' },
  {
    op: 'mount',
    fstype: 'devpts',
    source: 'devpts',
    target: '/dev/pts',
    options: ['newinstance', 'ptmxmode=0666', 'mode=0620'],
    attributes: 10,
    propagation: 0,
  },
  { op: 'symlink', content: 'pts/ptmx', path: '/dev/ptmx' },
];

function node(path: string, minor: number): Step {
  return { op: 'mknod', path, mode: 0o20666, device: makeDeviceNumber(1, minor), uid: 0, gid: 0 };
}

/** The steps that run a command, found in /bin. */
export function execSteps(...argv: string[]): Step[] {
  return [
    { op: 'find_exec', file: argv[0] ?? '', search: ['/bin'] },
    { op: 'exec', argv, env: ['PATH=/bin'] },
  ];
}

/** A whole container: root, /proc, /dev, pivot, then `before` and a shell script. */
export function containerSteps(root: string, script: string, before: readonly Step[] = []): Step[] {
  return [
    ...rootSteps(root),
    proc,
    ...devices,
    { op: 'pivot_root' },
    ...before,
    ...execSteps('sh', '-c', script),
  ];
}
