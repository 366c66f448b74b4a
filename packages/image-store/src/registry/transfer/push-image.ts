import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Descriptor } from '../../document/descriptor.js';
import { explainProblem, ImageProblem } from '../../document/image-problem.js';
import { readManifestDocument } from '../../document/manifest.js';
import { isConfigType } from '../../document/media-types.js';
import { quoteText } from '../../errors.js';
import type { BlobStore } from '../../store/blob-store.js';
import type { ImageStore } from '../../store/image-store.js';
import type { StoredImage } from '../../store/stored-image.js';
import { findPushEndpoint } from '../config/endpoints.js';
import { processEnvironment } from '../config/environment.js';
import { readRegistriesConf } from '../config/registries-conf.js';
import { formatReference, type ImageReference, withDefaultTag } from '../reference/image-reference.js';
import { explainTrouble } from '../registry-error.js';
import { type RegistryOptions, RegistrySession } from '../registry-session.js';
import { makeLimit, settleAll } from './limit.js';
import { type FetchedManifest, MOST_MANIFEST_BYTES } from './manifest-document.js';
import { findMountSources } from './mount-sources.js';
import type { BlobProgress, OnProgress } from './progress.js';
import { Repository } from './repository.js';
import { type ReadBlob, uploadBlob } from './upload-blob.js';

export interface PushOptions extends RegistryOptions {
  readonly onProgress?: OnProgress;
}

/** As many as docker sends at a time. */
const UPLOADS = 5;

/**
 * Pushes an image of the store under a name: its layers and config, what it mounts from other repositories of the registry
 * excepted, then its manifest; of an index all images that it lists. Returns the descriptor of what the name means now. Throws
 * `RuntimeError` whose sentence names the image.
 */
export async function pushImage(
  store: ImageStore,
  image: Pick<StoredImage, 'descriptor'>,
  wanted: ImageReference,
  options: PushOptions = {},
): Promise<Descriptor> {
  const reference = withDefaultTag(wanted);
  const name = formatReference(reference);
  const controller = new AbortController();
  const end = () => controller.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', end, { once: true });
  const lease = await store.lease(options.signal);
  let session: RegistrySession | undefined;
  try {
    options.signal?.throwIfAborted();
    const conf = await readRegistriesConf(options.env ?? processEnvironment());
    session = new RegistrySession(findPushEndpoint(reference, conf), {
      ...options,
      signal: controller.signal,
    });
    const repository = new Repository(session, 'pull,push');
    const sources = findMountSources(store, reference);
    const push = new Push(store.blobs, repository, sources, controller, options.onProgress ?? (() => {}));
    await push.manifest(image.descriptor, reference.digest ?? reference.tag!);
    return image.descriptor;
  } catch (error) {
    throw explainProblem(`push ${quoteText(name)}`, explainTrouble('push', name, error));
  } finally {
    options.signal?.removeEventListener('abort', end);
    lease.release();
    await session?.close();
  }
}

/** One push: what is needed for each of its parts. */
class Push {
  readonly #upload = makeLimit(UPLOADS);

  constructor(
    readonly blobs: BlobStore,
    readonly repository: Repository,
    /** Repositories of the registry that have blobs of the store. */
    readonly sources: ReadonlyMap<string, string>,
    readonly controller: AbortController,
    readonly onProgress: OnProgress,
  ) {}

  /** A manifest is taken only when all it refers to is there: so the leaves go first. */
  async manifest(descriptor: Descriptor, tagOrDigest: string): Promise<void> {
    const manifest = this.#read(descriptor);
    const { document } = manifest;
    if (document.kind === 'index') {
      for (const each of document.manifests) await this.manifest(each, each.digest);
    } else {
      const parts = [
        ...new Map([...document.layers, document.config].map((each) => [each.digest, each])).values(),
      ];
      const uploads = parts.map((each) => this.#upload(() => this.#blob(each)));
      await settleAll(uploads, (error) => this.controller.abort(error));
    }
    await this.repository.putManifest(tagOrDigest, manifest);
  }

  /** Layers are told about; the config is too small to. */
  async #blob(blob: Descriptor): Promise<void> {
    this.controller.signal.throwIfAborted();
    const { digest, size } = blob;
    if (!this.blobs.has(digest)) throw missing(digest);
    const tell = (state: BlobProgress['state'], bytes: number) => {
      if (!isConfigType(blob.mediaType)) this.onProgress({ digest, size, state, bytes });
    };
    tell('waiting', 0);
    const result = await uploadBlob(this.repository, blob, readFrom(this.blobs, digest), {
      mountFrom: this.sources.get(digest),
      onBytes: (bytes) => tell('uploading', bytes),
    });
    tell(result === 'uploaded' ? 'pushed' : result, size);
  }

  #read(descriptor: Descriptor): FetchedManifest {
    if (!this.blobs.has(descriptor.digest)) throw missing(descriptor.digest);
    const bytes = this.blobs.readDocument(descriptor.digest, MOST_MANIFEST_BYTES);
    return { bytes, descriptor, document: readManifestDocument(bytes, descriptor.mediaType) };
  }
}

function readFrom(blobs: BlobStore, digest: string): ReadBlob {
  return (from, to) =>
    from === to ? Readable.from([]) : createReadStream(blobs.pathOf(digest), { start: from, end: to - 1 });
}

function missing(digest: string): ImageProblem {
  return new ImageProblem(`the store does not hold its blob "${digest}"`, 'blob-missing');
}
