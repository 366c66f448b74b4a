import { closeSync, constants } from 'node:fs';
import { type Mount, reasonOf } from '@mini/contracts';
import { HOLD } from '@mini/image-store';
import { readOnlyBelow } from '../container-mounts.js';
import type { Engine } from '../engine.js';
import type { MountRequest, RunOptions } from '../run-options.js';
import { toDriverMount } from './driver-options.js';
import { volumeError } from './volume-errors.js';
import type { Volume } from './volume-store.js';

/** A volume that a container is to have, at its target. */
export interface VolumeMountRequest extends MountRequest {
  readonly type: 'volume';
}

/** What the user asks for, and the image where the user has nothing at that place. */
export function listVolumeRequests({
  mounts,
  root,
}: Pick<RunOptions, 'mounts' | 'root'>): VolumeMountRequest[] {
  const taken = new Set(mounts.map(({ target }) => target));
  const ofImage = root.kind === 'layers' ? (root.volumes ?? []) : [];
  return [
    ...mounts.filter((mount): mount is VolumeMountRequest => mount.type === 'volume'),
    ...[...new Set(ofImage)]
      .filter((target) => !taken.has(target))
      .map((target): VolumeMountRequest => {
        const origin = `volume "${target}" of the image`;
        return { type: 'volume', target, options: [], createSource: false, origin };
      }),
  ];
}

/** The mount of the Spec that a request and its volume stand for. */
export function toVolumeMount({ options, mountpoint }: Volume, request: VolumeMountRequest): Mount {
  const { target: destination, volume: { subpath } = {}, idMap } = request;
  const words = [
    ...readOnlyBelow(request.options),
    ...(idMap === undefined ? [] : ['idmap']),
    ...(subpath === undefined ? [] : [`X-mount.subdir=${subpath}`]),
  ];
  if (Object.keys(options).length > 0) return { ...toDriverMount(options, destination, words), ...idMap };
  return {
    destination,
    type: 'bind',
    source: mountpoint,
    options: ['rbind', 'rprivate', ...words],
    ...idMap,
  };
}

/** What is below a volume is looked up in it alone, now and when it is mounted. Throws `RuntimeError` `bad-volume`. */
export function checkSubpath(
  { kernel }: Engine,
  { name, mountpoint }: Volume,
  subpath: string,
  rootFd: number,
): void {
  try {
    closeSync(kernel.openInRoot(rootFd, subpath, HOLD & ~constants.O_NOFOLLOW));
  } catch (error) {
    const object = `${JSON.stringify(subpath)} of volume ${JSON.stringify(name)}`;
    // The Kernel's sentences end with the reason.
    const reason = reasonOf(error).replace(/^.*: (?=E[A-Z0-9]+ )/s, '');
    throw volumeError('bad-volume', `failed to find ${object}: ${reason}`, {
      cause: error,
      hint: `it has to be there, below ${mountpoint}`,
    });
  }
}
