import type { Platform } from '../../document/descriptor.js';
import { explainProblem } from '../../document/image-problem.js';
import { quoteText } from '../../errors.js';
import type { ImageStore } from '../../store/image-store.js';
import { readImageDocuments } from '../../store/read-image.js';
import type { StoredImage } from '../../store/stored-image.js';
import { assertRunnable } from '../reference/platform.js';
import { explainTrouble } from '../registry-error.js';

/**
 * What is to be pushed of an image when one platform is asked for: the image itself when it is for that, the one that its index lists when
 * it is an index that another tool put there. `name` is what the sentence of an error calls it. Throws `RuntimeError` `no-such-platform`.
 */
export function chooseImage(
  { directories }: Pick<ImageStore, 'directories'>,
  image: StoredImage,
  platform: Platform,
  name: string,
): StoredImage {
  try {
    const { descriptor, config } = readImageDocuments(directories, image.descriptor, platform);
    assertRunnable(config, platform);
    return { ...image, descriptor };
  } catch (error) {
    throw explainProblem(`push ${quoteText(name)}`, explainTrouble('push', name, error));
  }
}
