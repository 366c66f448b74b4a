import { imageStoreError, quoteText } from '../errors.js';
import { formatReference, parseReference, withDefaultTag } from '../registry/reference/image-reference.js';
import { normalizeName, type StoredImage } from './stored-image.js';

/** An image and the name by which it was found, if it was by name. */
export interface FoundImage {
  readonly image: StoredImage;
  /** In full. */
  readonly name?: string;
}

const HEX = /^(?:sha256:)?([0-9a-f]{1,64})$/;

/**
 * The image that a text means: its name (`alpine`, also one that podman made here, `localhost/alpine`), a name with a digest,
 * its id or the beginning of it. `undefined` when there is none. Throws `RuntimeError` `ambiguous-image` for a beginning of
 * several ids, `bad-reference` for what can be none of these.
 */
export function findImage(images: readonly StoredImage[], text: string): FoundImage | undefined {
  const byName = HEX.test(text) && text.startsWith('sha256:') ? undefined : findByName(images, text);
  return byName ?? findById(images, text);
}

function findByName(images: readonly StoredImage[], text: string): FoundImage | undefined {
  if (/^[0-9a-f]{64}$/.test(text)) return undefined;
  const reference = parseReference(text);
  const { digest, domain, path } = reference;
  if (digest !== undefined) {
    const wanted = `${domain}/${path}@${digest}`;
    const image = images.find(
      (each) =>
        each.repoDigests.includes(wanted) ||
        (each.descriptor.digest === digest && hasRepository(each, domain, path)),
    );
    return image && { image };
  }
  const names = [formatReference(withDefaultTag(reference)), normalizeName(`localhost/${text}`)];
  for (const name of names) {
    const image = name === undefined ? undefined : images.find((each) => each.names.includes(name));
    if (image !== undefined) return { image, name: name! };
  }
  return undefined;
}

function hasRepository({ names }: StoredImage, domain: string, path: string): boolean {
  return names.some((name) => name.startsWith(`${domain}/${path}:`));
}

function findById(images: readonly StoredImage[], text: string): FoundImage | undefined {
  const [, hex] = HEX.exec(text) ?? [];
  if (hex === undefined) return undefined;
  const begins = (digest: string | undefined) => digest?.startsWith(`sha256:${hex}`) === true;
  const found = images.filter(({ about, descriptor }) => begins(about?.id) || begins(descriptor.digest));
  if (found.length <= 1) return found[0] && { image: found[0] };
  // Two manifests may have one config: whoever names that means either.
  if (new Set(found.map(({ about }) => about?.id)).size === 1) return { image: found[0]! };
  throw imageStoreError(
    'ambiguous-image',
    `failed to find image ${quoteText(text)}: several ids begin like that`,
  );
}
