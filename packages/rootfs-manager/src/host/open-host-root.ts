import { closeSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Kernel, type Step, TARGET_KIND } from '@mini/contracts';
import { mountOverlay, type OverlayDirectories } from '../mount-overlay.js';
import { makeOverlayDirectories } from '../overlay-directories.js';
import type { OverlaySpace } from '../overlay-space.js';
import { overlayStep } from '../overlay-step.js';
import type { HostLayer } from './hidden-entry.js';
import { writeHidden } from './write-hidden.js';

/** The overlays of the `host` image: that of the root first, then those of the file systems below it. */
export interface HostMounts {
  readonly fds: readonly number[];
  /** Attach the overlays, the first of which has the number `firstFd` in the helper. */
  readonly steps: readonly Step[];
  /** Mount the same overlays by their paths, when this process is gone. */
  readonly againSteps: readonly Step[];
}

/** Mounts one overlay for each layer, all their changes in `space`. Closes what it made when one fails. */
export function mountHostLayers(
  kernel: Kernel,
  layers: readonly HostLayer[],
  space: OverlaySpace,
  firstFd: number,
): HostMounts {
  const fds: number[] = [];
  const againSteps: Step[] = [];
  try {
    for (const [index, layer] of layers.entries()) {
      const directories = makeDirectories(kernel, layer, space, index);
      fds.push(mountOverlay(kernel, directories));
      againSteps.push(overlayStep(directories, index === 0 ? {} : { target: layer.mountPoint }));
    }
  } catch (error) {
    for (const fd of fds) closeSync(fd);
    throw error;
  }
  const steps = layers.map(({ mountPoint }, index) => attachStep(mountPoint, firstFd + index, index === 0));
  return { fds, steps, againSteps };
}

function makeDirectories(
  kernel: Kernel,
  layer: HostLayer,
  space: OverlaySpace,
  index: number,
): OverlayDirectories {
  const directory = index === 0 ? space.path : join(space.path, 'submounts', String(index));
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { upper, work } = makeOverlayDirectories(directory, layer.mountPoint, (path) =>
    writeHidden(kernel, path, layer),
  );
  return { lowers: [layer.mountPoint], upper, work };
}

function attachStep(target: string, fd: number, isRoot: boolean): Step {
  if (isRoot) return { op: 'root_fd', fd, origin: 'root.path' };
  return {
    op: 'bind',
    // Only for the sentence of an error: what is attached is the descriptor's.
    source: target,
    fd,
    target,
    targetKind: TARGET_KIND.existing,
    recursive: 0,
    attributesSet: 0,
    attributesClear: 0,
    attributesRecursive: 0,
    propagation: 0,
    origin: 'root.path',
  };
}
