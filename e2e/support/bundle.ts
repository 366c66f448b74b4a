import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Linux, Process, Spec } from '@mini/contracts';
import { busyboxRoot, freshDirectory } from './roots.js';

const CAPABILITIES = ['CAP_CHOWN', 'CAP_KILL', 'CAP_SETUID', 'CAP_SETGID', 'CAP_NET_BIND_SERVICE'] as const;

/** What a test wants of a bundle, on top of a small Spec. */
export interface BundleRequest {
  readonly args?: readonly string[];
  readonly root?: string;
  readonly process?: Partial<Process>;
  readonly linux?: Partial<Linux>;
  readonly spec?: Record<string, unknown>;
}

/** A bundle in a directory of its own, removed with this process. */
export function makeBundle(request: BundleRequest = {}): string {
  const directory = freshDirectory('bundle');
  writeFileSync(join(directory, 'config.json'), JSON.stringify(buildSpec(request)));
  return directory;
}

function buildSpec({ args = ['true'], root, process, linux, spec }: BundleRequest): Spec {
  return {
    ociVersion: '1.0.2',
    root: { path: root ?? busyboxRoot() },
    hostname: 'box',
    process: {
      user: { uid: 0, gid: 0 },
      args,
      env: ['PATH=/bin'],
      cwd: '/',
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      noNewPrivileges: true,
      ...process,
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['newinstance', 'ptmxmode=0666'],
      },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro'] },
    ],
    linux: {
      namespaces: (['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'] as const).map((type) => ({ type })),
      ...linux,
    },
    ...spec,
  };
}
