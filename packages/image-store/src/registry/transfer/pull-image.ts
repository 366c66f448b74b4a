import { isRuntimeError } from '@mini/contracts';
import type { Platform } from '../../document/descriptor.js';
import { type ImageConfig, readImageConfig } from '../../document/image-config.js';
import { explainProblem, ImageProblem } from '../../document/image-problem.js';
import { quoteText } from '../../errors.js';
import type { ImageStore } from '../../store/image-store.js';
import type { StoredImage } from '../../store/stored-image.js';
import { type Endpoint, listPullEndpoints } from '../config/endpoints.js';
import { processEnvironment } from '../config/environment.js';
import { readRegistriesConf } from '../config/registries-conf.js';
import { formatReference, type ImageReference, withDefaultTag } from '../reference/image-reference.js';
import { assertRunnable } from '../reference/platform.js';
import { explainTrouble, RegistryTrouble } from '../registry-error.js';
import { type RegistryOptions, RegistrySession } from '../registry-session.js';
import { fetchBlob } from './fetch-blob.js';
import { type FetchedImage, fetchImage } from './fetch-image.js';
import { MOST_MANIFEST_BYTES } from './manifest-document.js';
import type { OnProgress } from './progress.js';
import { pullLayers } from './pull-layers.js';
import { Repository } from './repository.js';

const ENOSPC = 28;

export interface PullOptions extends RegistryOptions {
  /** This machine's unless told; then an image for another one is refused. */
  readonly platform?: Platform;
  readonly onProgress?: OnProgress;
}

/** An image that was pulled. */
export interface PulledImage {
  readonly image: StoredImage;
  /** In full. */
  readonly name: string;
  /** Of what the registry has under the name: an index's where there is one. */
  readonly digest: string;
  /** Whether the store lists it only now, or only now under this name. */
  readonly isNew: boolean;
}

/**
 * Pulls an image: from its mirrors, else from its registry, what is not there of it. Killed at any moment, it leaves a
 * store that works and goes on from there next time. Throws `RuntimeError` whose sentence names the image.
 */
export async function pullImage(
  store: ImageStore,
  wanted: ImageReference,
  options: PullOptions = {},
): Promise<PulledImage> {
  const reference = withDefaultTag(wanted);
  const name = formatReference(reference);
  const lease = await store.lease(options.signal);
  let isFull = false;
  try {
    const conf = await readRegistriesConf(options.env ?? processEnvironment());
    const endpoints = listPullEndpoints(reference, conf);
    for (const endpoint of endpoints.slice(0, -1)) {
      try {
        return await pullFrom(store, endpoint, reference, options);
      } catch (error) {
        // A mirror may fail or lack the image; the registry has the last word.
        if (!(error instanceof RegistryTrouble)) throw error;
      }
    }
    return await pullFrom(store, endpoints.at(-1)!, reference, options);
  } catch (error) {
    isFull = lacksSpace(error);
    throw explainProblem(`pull ${quoteText(name)}`, explainTrouble('pull', name, error));
  } finally {
    lease.release();
    // What came is kept for the next time, but not where it is in the way of everything else.
    if (isFull) store.collect({ dropDrafts: true });
  }
}

function lacksSpace(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ((each as NodeJS.ErrnoException).code === 'ENOSPC') return true;
    if (isRuntimeError(each) && each.context.errno === ENOSPC) return true;
  }
  return false;
}

async function pullFrom(
  store: ImageStore,
  endpoint: Endpoint,
  reference: ImageReference,
  options: PullOptions,
): Promise<PulledImage> {
  const controller = new AbortController();
  const end = () => controller.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', end, { once: true });
  const session = new RegistrySession(endpoint, { ...options, signal: controller.signal });
  try {
    options.signal?.throwIfAborted();
    const repository = new Repository(session);
    const fetched = await fetchImage(repository, reference, options.platform);
    const config = await fetchConfig(store, repository, fetched, options.platform);
    const { onProgress = () => {} } = options;
    const { layers } = fetched.manifest.document;
    await pullLayers(store, repository, layers, config.diffIds, { controller, onProgress });
    return await listImage(store, reference, fetched);
  } finally {
    options.signal?.removeEventListener('abort', end);
    await session.close();
  }
}

async function fetchConfig(
  { blobs }: ImageStore,
  repository: Repository,
  { manifest: { document } }: FetchedImage,
  platform: Platform | undefined,
): Promise<ImageConfig> {
  const { config: descriptor, layers } = document;
  if (descriptor.size > MOST_MANIFEST_BYTES) {
    throw new RegistryTrouble('bad-answer', `its config has more than ${MOST_MANIFEST_BYTES} bytes`);
  }
  await fetchBlob(blobs, repository, descriptor);
  const config = readImageConfig(blobs.readDocument(descriptor.digest, MOST_MANIFEST_BYTES));
  if (config.diffIds.length !== layers.length) {
    const [listed, known] = [layers.length, config.diffIds.length];
    throw new ImageProblem(`its manifest lists ${listed} layers, but its config ${known} diff ids`);
  }
  if (platform !== undefined) assertRunnable(config, platform);
  return config;
}

async function listImage(
  store: ImageStore,
  reference: ImageReference,
  { digest, manifest: { bytes, descriptor } }: FetchedImage,
): Promise<PulledImage> {
  const name = formatReference(reference);
  const { domain, path, tag } = reference;
  const known = store.list().find((image) => image.descriptor.digest === descriptor.digest);
  const names = reference.digest === undefined && tag !== undefined ? [name] : [];
  const isNew = known === undefined || names.some((each) => !known.names.includes(each));
  store.blobs.putBytes(bytes);
  const repoDigests = [formatReference({ domain, path, digest })];
  const image = await store.add({ descriptor, names, repoDigests }, `pull ${quoteText(name)}`);
  return { image, name, digest, isNew };
}
