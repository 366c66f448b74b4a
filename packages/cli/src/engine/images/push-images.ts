import {
  compressImage,
  type Descriptor,
  explainingProblems,
  formatReference,
  type ImageReference,
  parseReference,
  withDefaultTag,
} from '@mini/image-store';
import { type OnProgress, pushImage, type RegistryOptions } from '@mini/image-store/registry';
import { type Engine, openEngine } from '../engine.js';
import { namedImageOf, recordImageEvent } from './image-events.js';
import { openImages } from './open-images.js';

export interface PushRequest extends Pick<RegistryOptions, 'credentials' | 'signal' | 'verifyTls'> {
  readonly onProgress?: OnProgress;
}

/**
 * Pushes an image to the registry that its name names. Returns the descriptor of what the registry has now. Throws `RuntimeError` whose
 * sentence names the image: `no-such-image` when it is not here, `denied`, `unreachable`, `registry-failed`, ….
 */
export async function pushNamedImage(
  name: string,
  request: PushRequest = {},
  engine: Engine = openEngine(),
): Promise<Descriptor> {
  const store = openImages(engine);
  const found = store.find(name).image;
  // What came from a registry goes back as it came.
  const image =
    found.repoDigests.length > 0
      ? found
      : await explainingProblems(`push "${name}"`, () => compressImage(store, found, request.signal));
  const reference = parseReference(name);
  const descriptor = await pushImage(store, image, reference, request);
  const { domain, path } = reference;
  store.addRepoDigest(image, formatReference({ domain, path, digest: descriptor.digest }));
  recordImageEvent(engine, namedImageOf(formatReference(withDefaultTag(reference))), 'push');
  return descriptor;
}

/** The tags under which images of a repository are here, in the order of their names. */
export function listLocalTags(repository: string, engine: Engine = openEngine()): ImageReference[] {
  const { domain, path } = parseReference(repository);
  return openImages(engine)
    .list()
    .flatMap(({ names }) => names.map(parseReference))
    .filter((each) => each.domain === domain && each.path === path)
    .sort((one, other) => (one.tag! < other.tag! ? -1 : 1));
}
