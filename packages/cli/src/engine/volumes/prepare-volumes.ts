import { closeSync, openSync } from 'node:fs';
import type { Mount } from '@mini/contracts';
import { HOLD_DIRECTORY } from '@mini/image-store';
import type { OpenedRoot } from '@mini/rootfs-manager';
import type { Cleanup } from '../cleanup.js';
import type { UsedVolume } from '../container-record.js';
import { describeRoot } from '../container-root.js';
import { canMount, type Engine } from '../engine.js';
import type { RunOptions } from '../run-options.js';
import { holdVolume } from './create-volume.js';
import { fillVolume, mayBeFilled } from './fill-volume.js';
import { volumeError } from './volume-errors.js';
import { recordVolumeEvent } from './volume-events.js';
import { checkSubpath, listVolumeRequests, toVolumeMount, type VolumeMountRequest } from './volume-mounts.js';
import { discardVolume, type HeldVolume, tryLockVolume, type Volume } from './volume-store.js';
import { listVolumeUsers } from './volume-users.js';

/** The volumes of a container that is being made, locked until its record says that it has them. */
export interface PreparedVolumes {
  readonly mounts: readonly Mount[];
  readonly used: readonly UsedVolume[];
  release(): void;
}

/** What volumes are prepared for. */
export interface VolumePurpose {
  /** Full id of the container. */
  readonly id: string;
  readonly options: RunOptions;
  /** What of it is there to be read. */
  readonly root: Pick<OpenedRoot, 'fd'>;
  /** Takes back what was made. */
  readonly undo: Cleanup;
}

/**
 * Finds or makes the volumes that a container asks for, those of its image too, and fills what is empty. Rejects with
 * `RuntimeError`: what `createVolume`, `packTree` and `unpackTree` throw; what was made is undone by `undo`.
 */
export async function prepareVolumes(engine: Engine, purpose: VolumePurpose): Promise<PreparedVolumes> {
  const requests = listVolumeRequests(purpose.options);
  const held = new Map<string, HeldVolume>();
  const release = () => {
    for (const each of held.values()) each.release();
    held.clear();
  };
  try {
    for (const request of inOneOrder(requests)) {
      const known = held.get(keyOf(request)) ?? (await holdOne(engine, purpose, request));
      held.set(keyOf(request), known);
      await fillOne(engine, purpose, request, known.volume);
    }
    const found = requests.map((request) => ({ request, volume: held.get(keyOf(request))!.volume }));
    return {
      mounts: found.map(({ request, volume }) => toVolumeMount(volume, request)),
      used: found.map(({ request, volume }) => describeUse(request, volume)),
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** By name, so that no two containers wait for each other's locks. */
function inOneOrder(requests: readonly VolumeMountRequest[]): VolumeMountRequest[] {
  return [...requests].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** A volume may be mounted at several places; one without a name is of one place. */
function keyOf({ source, target }: VolumeMountRequest): string {
  return source ?? target;
}

async function holdOne(
  engine: Engine,
  { id, options, undo }: VolumePurpose,
  { source, volume: { driver, labels, options: driverOptions } = {} }: VolumeMountRequest,
): Promise<HeldVolume> {
  const held = await holdVolume(engine, {
    ...(source === undefined ? {} : { name: source }),
    ...(driver === undefined ? {} : { driver }),
    ...(labels === undefined ? {} : { labels }),
    ...(driverOptions === undefined ? {} : { options: driverOptions }),
    ...(source === undefined && options.rm ? { goesWith: id } : {}),
  });
  const { volume, isNew } = held;
  if (isNew) undo.add(() => takeBack(engine, volume, id));
  if (volume.goesWith === undefined || volume.goesWith === id) return held;
  held.release();
  throw volumeError(
    'volume-in-use',
    `failed to use volume "${volume.name}": it has no name of its own, and is removed with container "${volume.goesWith}"`,
  );
}

/** Nobody else may have come to use it meanwhile. */
function takeBack(engine: Engine, volume: Volume, containerId: string): void {
  const lock = tryLockVolume(engine, volume.name);
  if (lock === undefined) return;
  try {
    const { of, unknown } = listVolumeUsers(engine);
    if (unknown.length > 0 || of(volume.name).some(({ id }) => id !== containerId)) return;
    discardVolume(engine, volume.name);
    recordVolumeEvent(engine, volume, 'destroy');
  } finally {
    lock.release();
  }
}

/** A file system that is mounted instead of the directory has its own files. */
async function fillOne(
  engine: Engine,
  { options, root }: VolumePurpose,
  { target, volume: { noCopy = false, subpath } = {} }: VolumeMountRequest,
  volume: Volume,
): Promise<void> {
  if (Object.keys(volume.options).length > 0) return;
  if (subpath !== undefined) {
    const fd = openSync(volume.mountpoint, HOLD_DIRECTORY);
    try {
      checkSubpath(engine, volume, subpath, fd);
    } finally {
      closeSync(fd);
    }
  } else if (!noCopy && mayBeFilled(volume)) await fillFromRoot(engine, { options, root }, volume, target);
}

/** Of an ordinary user the layers are to be mounted first, and this machine's own files are not all to be read. */
async function fillFromRoot(
  engine: Engine,
  { options, root }: Pick<VolumePurpose, 'options' | 'root'>,
  volume: Volume,
  target: string,
): Promise<void> {
  const { root: request } = options;
  if (canMount(engine)) return await fillVolume(engine, volume, root.fd, target);
  if (request.kind === 'host') return;
  const { fillInNamespace } = await import('./fill-in-namespace.js');
  const lowers = request.kind === 'layers' ? request.lowers : [describeRoot(request).path];
  await fillInNamespace(engine, volume, target, lowers);
}

function describeUse({ source, target }: VolumeMountRequest, { name }: Volume): UsedVolume {
  return { name, target, isAnonymous: source === undefined };
}
