import { formatReference, parsePlatform, parseReference } from '@mini/image-store';
import {
  listTags,
  type OnProgress,
  type PulledImage,
  pullByName,
  pullImage,
  type RegistryOptions,
} from '@mini/image-store/registry';
import { type Engine, openEngine } from '../engine.js';
import { namedImageOf, recordImageEvent } from './image-events.js';
import { openImages } from './open-images.js';
import { registryEnvironment } from './registry-environment.js';

export interface PullRequest extends Pick<RegistryOptions, 'credentials' | 'signal' | 'verifyTls'> {
  /** `OS/ARCH[/VARIANT]`; this machine's unless told. */
  readonly platform?: string;
  readonly onProgress?: OnProgress;
}

/**
 * Pulls the image that a name means, or brings it up to date; what is there of it is not fetched again. Throws `RuntimeError` whose
 * sentence names the image: `bad-reference`, `no-such-image`, `denied`, `unreachable`, `no-such-platform`, `bad-answer`, ….
 */
export async function pullNamedImage(
  name: string,
  request: PullRequest = {},
  engine: Engine = openEngine(),
): Promise<PulledImage> {
  return tell(engine, await pullByName(openImages(engine), name, readRequest(engine, request)));
}

/** Pulls all tags of a repository, one after the other, in the registry's order. Throws likewise. */
export async function* pullAllTags(
  repository: string,
  request: PullRequest = {},
  engine: Engine = openEngine(),
): AsyncGenerator<{ readonly name: string; pull(): Promise<PulledImage> }> {
  const { domain, path } = parseReference(repository);
  const options = readRequest(engine, request);
  const store = openImages(engine);
  for (const tag of await listTags({ domain, path }, options)) {
    const reference = { domain, path, tag };
    yield {
      name: formatReference(reference),
      pull: async () => tell(engine, await pullImage(store, reference, options)),
    };
  }
}

function tell(engine: Engine, pulled: PulledImage): PulledImage {
  recordImageEvent(engine, namedImageOf(pulled.name), 'pull');
  return pulled;
}

function readRequest(engine: Engine, { platform, ...options }: PullRequest) {
  const env = registryEnvironment(engine);
  return { ...options, env, ...(platform === undefined ? {} : { platform: parsePlatform(platform) }) };
}
