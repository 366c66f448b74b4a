import { existsSync, mkdirSync } from 'node:fs';
import { type Mount, RuntimeError, reasonOf } from '@mini/contracts';
import { defaultMounts, parseMountOptions } from '@mini/rootfs-manager';
import { isMapped } from './id-maps.js';
import type { MountRequest, RunOptions } from './run-options.js';

/** What the mounts depend on beside the options. */
export interface MountFacts {
  /** Binds that mini adds: hosts, hostname, resolv.conf. */
  readonly etcMounts: readonly Mount[];
}

/**
 * Defaults, what mini adds and the user's; of two on one destination the later one stays. Parents stand before what is
 * mounted in them, whatever the order of the flags: a mount on `/data` would hide an earlier one on `/data/cache`.
 */
export function buildMounts(options: RunOptions, { etcMounts }: MountFacts): Mount[] {
  const terminalGid = isMapped(options.idMaps?.gidMappings, TERMINAL_GID) ? {} : { terminalGid: null };
  const { shmSizeBytes, ipc, privileged } = options;
  const defaults = defaultMounts({ shmSizeBytes, ipc, privileged, ...terminalGid });
  const mounts = [...defaults, ...etcMounts, ...options.mounts.map(toMount)];
  const last = new Map(mounts.map((mount, index) => [mount.destination, index]));
  return mounts
    .filter(({ destination }, index) => last.get(destination) === index)
    .sort((one, other) => depthOf(one) - depthOf(other));
}

/** Of the group `tty`, wherever there is one. */
const TERMINAL_GID = 5;

function depthOf({ destination }: Mount): number {
  return destination.split('/').length;
}

function toMount({ type, source, target, options }: MountRequest): Mount {
  if (type === 'tmpfs') {
    return { destination: target, type, source: 'tmpfs', options: ['nosuid', 'nodev', 'noexec', ...options] };
  }
  const hasPropagation = parseMountOptions(options).propagation !== 0;
  return {
    destination: target,
    type,
    ...(source === undefined ? {} : { source }),
    options: [
      'rbind',
      ...(hasPropagation ? [] : ['rprivate']),
      // What is mounted below the source comes with it: read-only has to mean that too.
      ...options.flatMap((option) => (option === 'ro' ? ['ro', 'rro'] : [option])),
    ],
  };
}

/**
 * Makes the directories that `-v` names and that are not there. They are the user's, and stay.
 * Throws `RuntimeError` `bad-volume`.
 */
export function makeMissingSources(mounts: readonly MountRequest[]): void {
  for (const { source, createSource, origin } of mounts) {
    if (!createSource || source === undefined || existsSync(source)) continue;
    try {
      mkdirSync(source, { recursive: true, mode: 0o755 });
    } catch (error) {
      throw new RuntimeError({
        code: 'bad-volume',
        message: `failed to make the directory "${source}" (${origin}): ${reasonOf(error)}`,
        cause: error,
      });
    }
  }
}
