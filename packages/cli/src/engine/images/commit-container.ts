import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { RuntimeError } from '@mini/contracts';
import {
  changeConfig,
  explainingProblems,
  HOLD,
  type ImageStore,
  makeImage,
  type NewLayer,
  packLayer,
  putLayer,
  type StoredImage,
  writeTar,
} from '@mini/image-store';
import { type Container, findContainer } from '../containers.js';
import { withOwnIds } from '../copy/copy-rights.js';
import { exportContainer } from '../copy/export.js';
import { openLayers } from '../diff/layered-tree.js';
import { type Engine, openEngine } from '../engine.js';
import { readContainerStatus } from '../life/container-status.js';
import { pauseContainer, unpauseContainer } from '../life/pause.js';
import type { LayersRoot } from '../run-options.js';
import { describeCommitted } from './describe-committed.js';
import { readNewName, requireImage } from './find-image.js';
import { openImages } from './open-images.js';

export interface CommitOptions {
  readonly name?: string;
  readonly author?: string;
  readonly message?: string;
  /** Instructions of a Dockerfile, such as `CMD ["sh"]`. */
  readonly changes?: readonly string[];
  /** Stop its processes meanwhile; on unless told. */
  readonly pause?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Makes an image of a container: the layers that it runs on, and one of what it has changed; of one whose root is a directory
 * all that is in it. Rejects with `RuntimeError`: `state-missing`, `no-such-image` when the image is gone, `no-layer`.
 */
export async function commitContainer(
  reference: string,
  { name, pause = true, signal, ...about }: CommitOptions = {},
  engine: Engine = openEngine(),
): Promise<StoredImage> {
  const container = findContainer(reference, engine);
  const names = name === undefined ? [] : [readNewName(name)];
  const object = `commit container "${container.name}"`;
  const store = openImages(engine);
  const lease = await store.lease(signal);
  try {
    return await explainingProblems(object, async () => {
      const base = await readBase(store, container);
      // A bad change is to be told before any work is done.
      const config = describeCommitted(container, base?.document, about);
      changeConfig({}, about.changes ?? []);
      const layer = await whilePaused(engine, container, pause, () =>
        packContainer(engine, store, container, signal),
      );
      const layers = [...(base?.layers ?? []), layer];
      return await makeImage(store, { config, layers, names }, object, signal && { signal });
    });
  } finally {
    lease.release();
    store.collect();
  }
}

/** The layers below, and the config that the new one is made of. */
async function readBase(store: ImageStore, { record }: Container) {
  const { root } = record;
  if (root.kind !== 'layers') return undefined;
  const { image } = requireImage(store, root.id, 'commit');
  const { manifest, config } = await store.read(image, root.name);
  const layers: NewLayer[] = manifest.layers.map((descriptor, index) => ({
    descriptor,
    diffId: config.diffIds[index]!,
  }));
  return {
    layers,
    document: JSON.parse(store.blobs.readDocument(manifest.config.digest, 4 << 20).toString()),
  };
}

async function whilePaused<T>(
  engine: Engine,
  container: Container,
  isWanted: boolean,
  act: () => Promise<T>,
): Promise<T> {
  if (!isWanted || readContainerStatus(engine, container) !== 'running') return await act();
  pauseContainer(container.id, engine);
  try {
    return await act();
  } finally {
    unpauseContainer(container.id, engine);
  }
}

async function packContainer(
  engine: Engine,
  store: ImageStore,
  container: Container,
  signal: AbortSignal | undefined,
): Promise<NewLayer> {
  const { record, directory, name } = container;
  if (record.root.kind === 'host') {
    throw new RuntimeError({
      code: 'no-layer',
      message: `failed to commit container "${name}": it runs on this machine's own files, which belong in no image`,
    });
  }
  if (record.root.kind !== 'layers') return await putLayer(store, exportContainer(container.id, {}, engine));
  const upper = join(record.extraDirectory ?? directory, 'upper');
  const fd = openUpper(upper, name);
  try {
    const options = {
      isLeftOut: ownPlaces(engine, container, record.root),
      ...(signal === undefined ? {} : { signal }),
    };
    const members = packLayer(engine.kernel, { fd, parentFd: fd, name: '.' }, options);
    return await putLayer(store, writeTar(withOwnIds(engine, container, members)));
  } finally {
    closeSync(fd);
  }
}

function openUpper(path: string, name: string): number {
  try {
    return openSync(path, HOLD);
  } catch (error) {
    throw new RuntimeError({
      code: 'no-layer',
      message: `failed to commit container "${name}": its changes are kept in memory`,
      cause: error,
    });
  }
}

/** Files and directories that were made to mount something on, and hold nothing: they are the container's, not the image's. */
function ownPlaces(
  engine: Engine,
  { record }: Container,
  root: LayersRoot,
): (path: string, fd: number) => boolean {
  const places = new Set((record.spec.mounts ?? []).map(({ destination }) => destination));
  const lower = openLayers(engine.kernel, root.lowers);
  return (path, fd) => {
    if (!places.has(`/${path}`)) return false;
    const status = fstatSync(fd);
    const isEmpty = status.isDirectory() || status.size === 0;
    return isEmpty && lower.lookUp(`/${path}`) === undefined;
  };
}
