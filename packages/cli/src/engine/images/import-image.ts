import { changeConfig, explainingProblems, makeImage, putLayer, type StoredImage } from '@mini/image-store';
import { downloadFile, withoutPassword } from '@mini/image-store/registry';
import { type Engine, openEngine } from '../engine.js';
import { readNewName } from './find-image.js';
import { recordImageEvent, storedImageOf } from './image-events.js';
import { openImages } from './open-images.js';
import { platformOfMachine } from './platform-of-machine.js';
import { readFileOrStdin } from './read-file-or-stdin.js';
import { registryEnvironment } from './registry-environment.js';

export interface ImportOptions {
  readonly name?: string;
  /** Instructions of a Dockerfile, such as `CMD ["sh"]`. */
  readonly changes?: readonly string[];
  readonly message?: string;
  readonly signal?: AbortSignal;
}

/**
 * Makes an image of the files in a tar archive, compressed or not: of a file, of what is typed (`-`) or of what is at an `http` or `https`
 * address. Rejects with `RuntimeError`.
 */
export async function importImage(
  path: string,
  { name, changes = [], message = '', signal }: ImportOptions = {},
  engine: Engine = openEngine(),
): Promise<StoredImage> {
  const source = describeSource(path, engine, signal);
  const object = `import "${source.name}"`;
  const names = name === undefined ? [] : [readNewName(name)];
  const config = await explainingProblems(object, () => changeConfig({}, changes));
  const store = openImages(engine);
  const lease = await store.lease(signal);
  try {
    return await explainingProblems(object, async () => {
      const layer = await putLayer(store, source.bytes);
      const created = new Date().toISOString();
      const history = [{ created, comment: message === '' ? `Imported from ${source.name}` : message }];
      const document = { created, ...platformOfMachine(), config, history };
      const parts = { config: document, layers: [layer], names };
      const image = await makeImage(store, parts, object, signal && { signal });
      recordImageEvent(engine, storedImageOf(image, names[0]), 'import');
      return image;
    });
  } finally {
    lease.release();
    store.collect();
  }
}

function describeSource(path: string, engine: Engine, signal: AbortSignal | undefined) {
  if (path === '-') return { name: 'stdin', bytes: readFileOrStdin(path) };
  if (!/^https?:\/\//i.test(path) || !URL.canParse(path)) return { name: path, bytes: readFileOrStdin(path) };
  const url = new URL(path);
  // Messages and the image's history are no places for a password.
  return {
    name: withoutPassword(url),
    bytes: downloadFile(url, { env: registryEnvironment(engine), ...(signal && { signal }) }),
  };
}
