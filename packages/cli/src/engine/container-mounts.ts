import { existsSync, mkdirSync } from 'node:fs';
import { type Mount, RuntimeError, reasonOf } from '@mini/contracts';
import { defaultMounts, parseMountOptions } from '@mini/rootfs-manager';
import { isMapped } from './id-maps.js';
import type { MountRequest, RunOptions } from './run-options.js';

/** What the mounts depend on beside the options. */
export interface MountFacts {
  /** Binds that mini adds: hosts, hostname, resolv.conf. */
  readonly etcMounts: readonly Mount[];
  /** What the volumes that are asked for have become. */
  readonly volumeMounts: readonly Mount[];
}

/**
 * Defaults, what mini adds and the user's; of two on one destination the later one stays. Parents stand before what is
 * mounted in them, whatever the order of the flags: a mount on `/data` would hide an earlier one on `/data/cache`.
 */
export function buildMounts(options: RunOptions, { etcMounts, volumeMounts }: MountFacts): Mount[] {
  const terminalGid = isMapped(options.idMaps?.gidMappings, TERMINAL_GID) ? {} : { terminalGid: null };
  const { shmSizeBytes, ipc, privileged } = options;
  const defaults = defaultMounts({ shmSizeBytes, ipc, privileged, ...terminalGid });
  const own = options.mounts.filter(({ type }) => type !== 'volume').map(toMount);
  const mounts = [...defaults, ...etcMounts, ...volumeMounts, ...own];
  const last = new Map(mounts.map((mount, index) => [mount.destination, index]));
  return mounts
    .filter(({ destination }, index) => last.get(destination) === index)
    .sort((one, other) => depthOf(one) - depthOf(other));
}

/** Of the group `tty`, wherever there is one. */
const TERMINAL_GID = 5;

/** Whether the user or the image asks for any. */
export function hasVolumes({ mounts, root }: Pick<RunOptions, 'mounts' | 'root'>): boolean {
  return (
    (root.kind === 'layers' && root.volumes !== undefined) || mounts.some(({ type }) => type === 'volume')
  );
}

function depthOf({ destination }: Mount): number {
  return destination.split('/').length;
}

function toMount({ type, source, target, options, keepsBelow, idMap }: MountRequest): Mount {
  if (type === 'tmpfs') {
    return { destination: target, type, source: 'tmpfs', options: ['nosuid', 'nodev', 'noexec', ...options] };
  }
  const { propagation, bind } = parseMountOptions(options);
  return {
    destination: target,
    type,
    ...(source === undefined ? {} : { source }),
    options: [
      ...(bind ? [] : ['rbind']),
      ...(propagation === 0 ? ['rprivate'] : []),
      ...(keepsBelow === true ? options : readOnlyBelow(options)),
      ...(idMap === undefined ? [] : ['idmap']),
    ],
    ...idMap,
  };
}

/** What is mounted below a source comes with it: read-only has to mean that too. */
export function readOnlyBelow(options: readonly string[]): string[] {
  return options.flatMap((option) => (option === 'ro' ? ['ro', 'rro'] : [option]));
}

/**
 * Makes the directories that `-v` names and that are not there. They are the user's, and stay.
 * Throws `RuntimeError` `bad-volume`.
 */
export function makeMissingSources(mounts: readonly MountRequest[]): void {
  for (const { type, source, createSource, origin } of mounts) {
    if (type !== 'bind' || !createSource || source === undefined || existsSync(source)) continue;
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
