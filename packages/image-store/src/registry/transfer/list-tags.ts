import { listPullEndpoints } from '../config/endpoints.js';
import { processEnvironment } from '../config/environment.js';
import { readRegistriesConf } from '../config/registries-conf.js';
import { familiarName, type ImageReference } from '../reference/image-reference.js';
import { explainingTrouble } from '../registry-error.js';
import { type RegistryOptions, RegistrySession } from '../registry-session.js';
import { Repository } from './repository.js';

/** All tags of a repository, as its registry has them. Throws `RuntimeError` whose sentence names the repository. */
export async function listTags(repository: ImageReference, options: RegistryOptions = {}): Promise<string[]> {
  const conf = await readRegistriesConf(options.env ?? processEnvironment());
  return explainingTrouble('list the tags of', familiarName(repository), async () => {
    // A mirror may have some of them only.
    const session = new RegistrySession(listPullEndpoints(repository, conf).at(-1)!, options);
    try {
      return await new Repository(session).listTags();
    } finally {
      await session.close();
    }
  });
}
