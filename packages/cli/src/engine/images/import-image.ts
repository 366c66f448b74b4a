import { changeConfig, explainingProblems, makeImage, putLayer, type StoredImage } from '@mini/image-store';
import { type Engine, openEngine } from '../engine.js';
import { readNewName } from './find-image.js';
import { recordImageEvent, storedImageOf } from './image-events.js';
import { openImages } from './open-images.js';
import { platformOfMachine } from './platform-of-machine.js';
import { readFileOrStdin } from './read-file-or-stdin.js';

export interface ImportOptions {
  readonly name?: string;
  /** Instructions of a Dockerfile, such as `CMD ["sh"]`. */
  readonly changes?: readonly string[];
  readonly message?: string;
  readonly signal?: AbortSignal;
}

/** Makes an image of the files in a tar archive, compressed or not: of a file or of what is typed (`-`). Rejects with `RuntimeError`. */
export async function importImage(
  path: string,
  { name, changes = [], message = '', signal }: ImportOptions = {},
  engine: Engine = openEngine(),
): Promise<StoredImage> {
  const object = `import "${path === '-' ? 'stdin' : path}"`;
  const names = name === undefined ? [] : [readNewName(name)];
  const config = await explainingProblems(object, () => changeConfig({}, changes));
  const store = openImages(engine);
  const lease = await store.lease(signal);
  try {
    return await explainingProblems(object, async () => {
      const layer = await putLayer(store, readFileOrStdin(path));
      const created = new Date().toISOString();
      const history = [{ created, comment: message === '' ? 'Imported from a tar archive' : message }];
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
