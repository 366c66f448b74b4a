import type { Engine } from '../engine.js';
import { openEngine } from '../engine.js';
import type { ListedContainer } from '../life/filter-containers.js';
import { selectContainers } from '../life/list-containers.js';
import { measureLayerBytes, measureTreeBytes } from '../life/sizes.js';
import { listVolumes } from '../volumes/list-volumes.js';
import { listVolumeUsers } from '../volumes/volume-users.js';
import { type ListedImage, listImages } from './list-images.js';
import { openImages } from './open-images.js';

export interface UsedImage extends ListedImage {
  /** How many containers are made of it. */
  readonly containers: number;
  /** Of layers that other images have too, and of those that it has for itself. */
  readonly sharedBytes: number;
  readonly uniqueBytes: number;
}

export interface UsedContainer {
  readonly listed: ListedContainer;
  readonly bytes: number;
}

/** What mini keeps on disk. */
export interface DiskUsage {
  readonly images: readonly UsedImage[];
  /** Each layer once, packed and unpacked. */
  readonly imageBytes: number;
  readonly containers: readonly UsedContainer[];
  readonly volumes: readonly MeasuredVolume[];
}

export interface MeasuredVolume {
  readonly name: string;
  /** How many containers have it. */
  readonly links: number;
  readonly bytes: number;
}

/** Measures what all takes: layers by what they were when unpacked, containers and volumes by walking them. */
export function measureDiskUsage(engine: Engine = openEngine()): DiskUsage {
  const listed = selectContainers({ all: true }, engine);
  const containers = listed.map((each) => ({ listed: each, bytes: measureLayerBytes(each.container) }));
  const images = listImages(engine);
  const users = new Map<string, number>();
  for (const diffId of images.flatMap(layersOf)) users.set(diffId, (users.get(diffId) ?? 0) + 1);
  const store = openImages(engine);
  const sizes = new Map([...users.keys()].map((diffId) => [diffId, sizeOf(diffId)] as const));
  function sizeOf(diffId: string): number {
    return store.layers.has(diffId) ? store.layers.about(diffId).bytes : 0;
  }
  const sum = (diffIds: readonly string[]) =>
    diffIds.reduce((total, each) => total + (sizes.get(each) ?? 0), 0);
  return {
    images: images.map((image) => {
      const layers = layersOf(image);
      return {
        ...image,
        containers: listed.filter(({ container: { record } }) => madeOf(record.root, image.id)).length,
        sharedBytes: sum(layers.filter((each) => users.get(each)! > 1)),
        uniqueBytes: sum(layers.filter((each) => users.get(each) === 1)),
      };
    }),
    imageBytes: sum([...users.keys()]),
    containers,
    volumes: measureVolumes(engine),
  };
}

function measureVolumes(engine: Engine): MeasuredVolume[] {
  const users = listVolumeUsers(engine);
  return listVolumes({}, engine).map(({ name, mountpoint }) => ({
    name,
    links: users.of(name).length,
    bytes: measureTreeBytes(mountpoint),
  }));
}

function layersOf({ readConfig }: ListedImage): string[] {
  return [...new Set(readConfig()?.diffIds ?? [])];
}

function madeOf(root: { readonly kind: string; readonly id?: string }, id: string): boolean {
  return root.kind === 'layers' && root.id === id;
}
