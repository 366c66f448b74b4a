import { packTree, writeTar } from '@mini/image-store';
import { type Engine, openEngine } from '../engine.js';
import { recordEvent } from '../events/event-log.js';
import { openContainerFiles } from './container-files.js';
import { withOwnIds } from './copy-rights.js';
import { mountPlaces } from './hollow-places.js';

/**
 * The root file system of a container as a tar stream, whether it runs or not. What is mounted in it (/proc, /dev, volumes)
 * is not of it: the mount points are empty. Nothing happens before the first bytes are asked for. Rejects with
 * `RuntimeError` like `copyFromContainer`.
 */
export async function* exportContainer(
  reference: string,
  { signal }: { readonly signal?: AbortSignal } = {},
  engine: Engine = openEngine(),
): AsyncGenerator<Uint8Array, void, undefined> {
  const { container, rootFd, mounts, close } = await openContainerFiles(engine, reference, { mounts: false });
  try {
    const options = { isHollow: mountPlaces(mounts), ...(signal === undefined ? {} : { signal }) };
    const members = packTree(engine.kernel, { fd: rootFd, parentFd: rootFd, name: '.' }, options);
    yield* writeTar(withOwnIds(engine, container, members));
    recordEvent(engine, container, 'export');
  } finally {
    await close();
  }
}
