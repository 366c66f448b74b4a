import { isRuntimeError } from '@mini/contracts';
import type { ImageStore } from '../../store/image-store.js';
import { processEnvironment } from '../config/environment.js';
import { type RegistriesConf, readRegistriesConf } from '../config/registries-conf.js';
import { type ImageReference, isShortName, parseReference } from '../reference/image-reference.js';
import { type PulledImage, type PullOptions, pullImage } from './pull-image.js';

/**
 * What a name may mean: itself, or, when it names no registry and registries.conf says where such names are looked for, its
 * name in each of these. Throws `bad-reference`.
 */
export function listCandidates(text: string, { searched }: RegistriesConf): ImageReference[] {
  const reference = parseReference(text);
  if (!isShortName(text) || searched.length === 0) return [reference];
  return searched.map((registry) => parseReference(`${registry}/${text}`));
}

/** Pulls what a name means, from the first registry that has it. Throws what the last one said. */
export async function pullByName(
  store: ImageStore,
  text: string,
  options: PullOptions = {},
): Promise<PulledImage> {
  const candidates = listCandidates(text, await readRegistriesConf(options.env ?? processEnvironment()));
  for (const candidate of candidates.slice(0, -1)) {
    try {
      return await pullImage(store, candidate, options);
    } catch (error) {
      if (!isRuntimeError(error) || !ABSENT.has(error.code)) throw error;
    }
  }
  return pullImage(store, candidates.at(-1)!, options);
}

/** What says that a registry does not have an image, as far as this user can see. */
const ABSENT = new Set(['no-such-image', 'denied', 'unreachable']);
