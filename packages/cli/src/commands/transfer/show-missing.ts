import { familiarName, familiarReference, parseReference, withDefaultTag } from '@mini/image-store';
import type { TransferView } from './transfer-view.js';

/** Says what docker says before it fetches the image of a container. */
export function showMissing(name: string, view: Pick<TransferView, 'say'>): void {
  const reference = withDefaultTag(parseReference(name));
  view.say(`Unable to find image '${familiarReference(reference)}' locally`);
  showOrigin(name, view);
}

/** Says where an image is fetched from, as docker does. */
export function showOrigin(name: string, view: Pick<TransferView, 'say'>): void {
  const { domain, path, tag, digest } = withDefaultTag(parseReference(name));
  view.say(
    `${digest ?? tag}: Pulling from ${domain === 'docker.io' ? path : familiarName({ domain, path })}`,
  );
}
