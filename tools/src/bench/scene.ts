import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CapabilityName, Seccomp } from '@mini/contracts';
import { buildSpawnSpec, type SpawnOptions } from '@mini/runtime-core';
import { toolsRoot } from '../workspace.js';

/** Gives `linux.seccomp` for a container with these capabilities. */
export type Filter = (capabilities: readonly CapabilityName[]) => Seccomp;

/** The container that every side makes, and the files it needs. */
export interface Scene {
  readonly directory: string;
  /** Root file system: a static busybox and a static `true`. */
  readonly root: string;
  /** The container in the form of `spawn`. */
  readonly options: SpawnOptions;
  /** Writes the same container as a bundle of the OCI runtime-spec and returns its directory. */
  makeBundle(name: string, command: readonly string[], filter?: Filter): string;
  remove(): void;
}

export const TRUE_COMMAND = '/bin/true';
export const BUSYBOX = '/bin/busybox';
/** Group of the bundles' containers below each tree's root. */
export const BUNDLE_GROUP = '/mini-bench';
/** Group of the C loop's containers. */
export const LOOP_GROUP = '/mini-bench-c';

const LIMITS = { memory: { limit: 64 * 1024 * 1024 }, pids: { limit: 32 } };

/** What the kernel's files say of the limits, by their names on v1 and v2. */
export const LIMIT_TEXTS = {
  'memory.limit_in_bytes': String(LIMITS.memory.limit),
  'memory.max': String(LIMITS.memory.limit),
  'pids.max': String(LIMITS.pids.limit),
};

/** @param busybox path of a static busybox */
export function openScene(busybox: string): Scene {
  const directory = mkdtempSync(join(tmpdir(), 'mini-bench-'));
  const root = join(directory, 'root');
  for (const name of ['bin', 'dev', 'proc', 'sys', 'etc', 'tmp']) {
    mkdirSync(join(root, name), { recursive: true });
  }
  copyFileSync(busybox, join(root, BUSYBOX));
  copyFileSync(join(toolsRoot, 'dist/bench/true'), join(root, TRUE_COMMAND));
  for (const path of [BUSYBOX, TRUE_COMMAND]) chmodSync(join(root, path), 0o755);
  const options = { root, hostname: 'box', limits: LIMITS };
  return {
    directory,
    root,
    options,
    makeBundle: (name, command, filter) => makeBundle(join(directory, name), name, command, options, filter),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function makeBundle(
  directory: string,
  name: string,
  command: readonly string[],
  options: SpawnOptions,
  filter?: Filter,
): string {
  const [file = '', ...args] = command;
  const spec = buildSpawnSpec(file, args, options, { uid: 0, gid: 0 });
  mkdirSync(directory, { recursive: true });
  const config = {
    ...spec,
    // crun 1.8 refuses the versions that came after it; the Spec uses nothing of theirs.
    ociVersion: '1.0.2',
    linux: {
      ...spec.linux,
      cgroupsPath: `${BUNDLE_GROUP}/${name}`,
      ...(filter && { seccomp: filter(spec.process.capabilities?.bounding ?? []) }),
    },
  };
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  return directory;
}
