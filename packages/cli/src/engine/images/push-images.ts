import {
  compressImage,
  type Descriptor,
  explainingProblems,
  formatReference,
  type ImageReference,
  parsePlatform,
  parseReference,
  type StoredImage,
  withDefaultTag,
} from '@mini/image-store';
import { chooseImage, type OnProgress, pushImage, type RegistryOptions } from '@mini/image-store/registry';
import { type Engine, openEngine } from '../engine.js';
import { namedImageOf, recordImageEvent } from './image-events.js';
import { openImages } from './open-images.js';
import { registryEnvironment } from './registry-environment.js';

export interface PushRequest extends Pick<RegistryOptions, 'credentials' | 'signal' | 'verifyTls'> {
  /** `OS/ARCH[/VARIANT]`: of several the image for this one alone, and none that is for another. */
  readonly platform?: string;
  readonly onProgress?: OnProgress;
}

export interface PushedImage {
  /** Of what the registry has now. */
  readonly descriptor: Descriptor;
  /** In full, the index of several platforms that the image was pulled from: the others of it are not here, and were not pushed. */
  readonly partOf?: string;
}

/**
 * Pushes an image to the registry that its name names. Throws `RuntimeError` whose sentence names the image: `no-such-image`
 * when it is not here, `no-such-platform`, `denied`, `unreachable`, `registry-failed`, ….
 */
export async function pushNamedImage(
  name: string,
  { platform, ...request }: PushRequest = {},
  engine: Engine = openEngine(),
): Promise<PushedImage> {
  const store = openImages(engine);
  const listed = store.find(name).image;
  const found = platform === undefined ? listed : chooseImage(store, listed, parsePlatform(platform), name);
  // What came from a registry goes back as it came.
  const image =
    found.repoDigests.length > 0
      ? found
      : await explainingProblems(`push "${name}"`, () => compressImage(store, found, request.signal));
  const reference = parseReference(name);
  const descriptor = await pushImage(store, image, reference, {
    ...request,
    env: registryEnvironment(engine),
  });
  const { domain, path } = reference;
  store.addRepoDigest(image, formatReference({ domain, path, digest: descriptor.digest }));
  recordImageEvent(engine, namedImageOf(formatReference(withDefaultTag(reference))), 'push');
  const partOf = findIndex(found);
  return { descriptor, ...(partOf === undefined ? {} : { partOf }) };
}

/** A registry that has the image under another digest than its own has it in an index. */
function findIndex({ descriptor, repoDigests }: StoredImage): string | undefined {
  return repoDigests.find((each) => !each.endsWith(`@${descriptor.digest}`));
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
