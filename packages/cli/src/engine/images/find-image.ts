import { RuntimeError } from '@mini/contracts';
import {
  type FoundImage,
  formatReference,
  type ImageStore,
  parseReference,
  withDefaultTag,
} from '@mini/image-store';
import { findImage } from '@mini/image-store/read';

/** The image that a text means. Throws `RuntimeError` `no-such-image`: `failed to <verb> image "…": there is none here`. */
export function requireImage(store: ImageStore, text: string, verb: string): FoundImage {
  const found = findImage(store.list(), text);
  if (found !== undefined) return found;
  throw new RuntimeError({
    code: 'no-such-image',
    message: `failed to ${verb} image "${text}": there is none here`,
    context: { hint: 'mini images lists those there are' },
  });
}

/** A name for an image, in full. Throws `RuntimeError` `bad-reference`, also for one with a digest, which no image can be given. */
export function readNewName(text: string): string {
  const reference = parseReference(text);
  if (reference.digest === undefined) return formatReference(withDefaultTag(reference));
  throw new RuntimeError({
    code: 'bad-reference',
    message: `failed to name an image "${text}": a digest follows from what is in the image`,
  });
}
