import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { RuntimeError, reasonOf } from '@mini/contracts';
import { describeHostRoot } from '@mini/rootfs-manager';
import { type Container, findContainer } from '../containers.js';
import { type Engine, isPrivileged, openEngine } from '../engine.js';
import { type Change, compareLayer, type LowerTree } from './compare-layer.js';
import { openLayers } from './layered-tree.js';
import { isReplacement, openHostLower, openLower } from './lower-tree.js';
import { readUpper } from './read-upper.js';

/** An upper directory and what it lies on. */
interface Layer {
  readonly upper: string;
  readonly lower: LowerTree;
  /** Where in the container it is mounted. */
  readonly mountPoint: string;
  readonly isLeftOut?: (path: string, heldFd: number) => boolean;
}

/**
 * What a container has changed in its root, by path: of one that runs too. What mini itself put there, and mount points,
 * are left out. Throws `RuntimeError`: `no-layer` for a root without a layer for changes, or with one in memory.
 */
export function diffContainer(reference: string, engine: Engine = openEngine()): Change[] {
  const container = findContainer(reference, engine);
  const layers = listLayers(engine, container).filter(({ upper }) => existsSync(upper));
  const mountPoints = new Set((container.record.spec.mounts ?? []).map(({ destination }) => destination));
  return layers
    .flatMap(({ upper, lower, mountPoint, isLeftOut }) => {
      const isOwn = (path: string) => mountPoints.has(posix.join(mountPoint, path));
      const changes = compareLayer(read(engine, container, upper, isLeftOut), lower, isOwn);
      return changes.map(({ type, path }) => ({ type, path: posix.join(mountPoint, path) }));
    })
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

function listLayers(engine: Engine, container: Container): Layer[] {
  const { record, directory, state } = container;
  if (record.root.kind === 'directory' && !record.root.overlay) {
    const reason = `its root is the directory "${record.root.path}" itself, without a layer for changes`;
    throw noLayer(container, reason, 'run it with --rootfs DIR:O to have one');
  }
  const space = record.extraDirectory ?? directory;
  // Never made by who starts it: the container mounts something of its own, or it is where no upper can lie.
  if (!existsSync(join(space, 'upper')) && state.status !== 'created') {
    throw noLayer(container, 'its changes are kept in memory');
  }
  if (record.root.kind === 'directory') {
    return [{ upper: join(space, 'upper'), lower: openLower(record.root.path), mountPoint: '/' }];
  }
  if (record.root.kind !== 'host') {
    const lowers = record.root.kind === 'layers' ? record.root.lowers : [];
    return [{ upper: join(space, 'upper'), lower: openLayers(engine.kernel, lowers), mountPoint: '/' }];
  }
  if (!isPrivileged(engine)) return [];
  return describeHostRoot([directory, ...Object.values(engine.paths)]).map((layer, index) => ({
    upper: join(space, index === 0 ? '' : `submounts/${index}`, 'upper'),
    lower: openHostLower(layer),
    mountPoint: layer.mountPoint,
    isLeftOut: isReplacement(layer),
  }));
}

function read({ kernel }: Engine, container: Container, upper: string, isLeftOut: Layer['isLeftOut']) {
  try {
    return readUpper(kernel, upper, isLeftOut);
  } catch (error) {
    throw noLayer(container, `its layer cannot be read: ${reasonOf(error)}`, undefined, error);
  }
}

function noLayer(
  { name }: Container,
  reason: string,
  hint?: string,
  cause?: unknown,
): RuntimeError<'no-layer'> {
  return new RuntimeError({
    code: 'no-layer',
    message: `failed to list the changes of container "${name}": ${reason}`,
    cause,
    context: hint === undefined ? {} : { hint },
  });
}
