import { join } from 'node:path';
import { isRuntimeError, type Mount } from '@mini/contracts';
import type { Engine } from '../engine.js';
import type { RunOptions } from '../run-options.js';
import { listVolumeRequests, toVolumeMount, type VolumeMountRequest } from './volume-mounts.js';
import { DATA, directoryOf, readVolume, type Volume } from './volume-store.js';

/** For `--explain`: the mounts of a container's volumes, without any being made; `exampleName` stands for those without names. */
export function previewVolumes(engine: Engine, options: RunOptions, exampleName: string): Mount[] {
  return listVolumeRequests(options).map((request) =>
    toVolumeMount(readOrImagine(engine, request, exampleName), request),
  );
}

function readOrImagine(
  engine: Engine,
  { source, volume = {} }: VolumeMountRequest,
  exampleName: string,
): Volume {
  try {
    if (source !== undefined) return readVolume(engine, source);
  } catch (error) {
    if (!isRuntimeError(error) || error.code !== 'no-such-volume') throw error;
  }
  const name = source ?? exampleName;
  const { labels = {}, options = {} } = volume;
  const mountpoint = join(directoryOf(engine, name), DATA);
  return { name, mountpoint, createdMs: 0, labels, options, isAnonymous: source === undefined };
}
