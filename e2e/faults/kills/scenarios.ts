import { listContainers, removeContainer, runDetached, selectContainers } from '@mini/cli';
import { MINI } from '../../support/mini.js';
import { busyboxRoot } from '../../support/roots.js';
import { OCI_SCENARIOS } from './oci-scenarios.js';
import { USER_SCENARIOS } from './user-scenarios.js';

/** Whose system calls are counted: the command's own, or those of a helper. */
export type Target = 'mini' | 'mini-monitor' | 'mini-init' | 'mini-nsenter';

/** A command that is killed at one system call after another, its own or a helper's. */
export interface Scenario {
  readonly name: string;
  readonly targets: readonly Target[];
  /** A monitor starts the helpers. */
  readonly isMonitored: boolean;
  /** Makes what the command works on; returns a process that is traced from the beginning too, 0 for none. */
  prepare(container: string): Promise<number>;
  command(container: string): readonly string[];
  /** What a user does afterwards; nothing may be left then. Rejects when it fails. */
  remove(container: string): Promise<void>;
}

const ROOT = { kind: 'directory', path: busyboxRoot(), overlay: true } as const;

async function startContainer(name: string): Promise<number> {
  await runDetached({ root: ROOT, name, command: ['sleep', '1000'], stopTimeoutMs: 0 });
  const { state } = listContainers().find((container) => container.name === name)!;
  return state.status === 'running' ? (state.monitorPid ?? 0) : 0;
}

const mini = (...words: string[]) => [process.execPath, MINI, ...words];

const MINI_SCENARIOS: readonly Omit<Scenario, 'remove' | 'isMonitored'>[] = [
  {
    name: 'run -d',
    targets: ['mini', 'mini-monitor', 'mini-init'],
    prepare: async () => 0,
    command: (name) => mini('run', '-d', '--name', name, '--rootfs', `${ROOT.path}:O`, 'sleep', '1000'),
  },
  {
    name: 'run --rm',
    targets: ['mini-monitor'],
    prepare: async () => 0,
    command: (name) => mini('run', '--rm', '--name', name, '--rootfs', `${ROOT.path}:O`, 'true'),
  },
  {
    name: 'stop',
    targets: ['mini', 'mini-monitor'],
    prepare: startContainer,
    command: (name) => mini('stop', name),
  },
  {
    name: 'exec',
    targets: ['mini', 'mini-monitor', 'mini-nsenter'],
    // Its own monitor is traced, not the container's.
    prepare: (name) => startContainer(name).then(() => 0),
    command: (name) => mini('exec', name, 'true'),
  },
  {
    name: 'rm -f',
    targets: ['mini', 'mini-monitor'],
    prepare: startContainer,
    command: (name) => mini('rm', '-f', name),
  },
];

/** `rm -f` and one sweep. */
async function removeAndSweep(container: string): Promise<void> {
  await removeContainer(container, { force: true });
  selectContainers({ all: true });
}

export const SCENARIOS: readonly Scenario[] = [
  ...MINI_SCENARIOS.map((scenario) => ({ ...scenario, isMonitored: true, remove: removeAndSweep })),
  ...OCI_SCENARIOS,
  ...USER_SCENARIOS,
];
