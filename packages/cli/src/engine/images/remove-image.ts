import { RuntimeError } from '@mini/contracts';
import { type FoundImage, familiarForm, type ImageStore, type StoredImage } from '@mini/image-store';
import { type Engine, openEngine } from '../engine.js';
import { recordImageEvent, storedImageOf } from './image-events.js';
import { listImageUsers } from './image-users.js';
import { openImages } from './open-images.js';

/** What became of an image, line by line as docker tells it. */
export type RemovalStep = { readonly untagged: string } | { readonly deleted: string };

export interface RemoveImageOptions {
  /** Also one that has several names, or is used by containers that do not run. */
  readonly force?: boolean;
}

/**
 * Takes a name from an image; with the last one, or named by its id, the image goes with all that no other image needs.
 * Throws `RuntimeError`: `no-such-image`, `ambiguous-image`, `image-in-use`.
 */
export function removeImage(
  text: string,
  { force = false }: RemoveImageOptions = {},
  engine: Engine = openEngine(),
): RemovalStep[] {
  const store = openImages(engine);
  const found = store.find(text);
  const { image, name } = found;
  if (name !== undefined && image.names.length > 1) {
    store.untag(name);
    recordImageEvent(engine, storedImageOf(image), 'untag');
    return [{ untagged: familiarForm(name) }];
  }
  assertFree(engine, text, found, force);
  const steps = unlistImage(engine, store, image);
  const garbage = store.collect();
  return [...steps, ...(garbage?.layers ?? []).map((deleted) => ({ deleted }))];
}

/** Takes an image with all its names from the list; what only it needed is left for `collect`. */
export function unlistImage(engine: Engine, store: ImageStore, image: StoredImage): RemovalStep[] {
  const { names, repoDigests } = image;
  const known = storedImageOf(image);
  store.remove(image);
  for (const _ of names) recordImageEvent(engine, known, 'untag');
  recordImageEvent(engine, known, 'delete');
  return [
    ...[...names, ...repoDigests].map((each) => ({ untagged: familiarForm(each) })),
    { deleted: known.id },
  ];
}

function assertFree(engine: Engine, text: string, { image, name }: FoundImage, force: boolean): void {
  if (name === undefined && image.names.length > 1 && !force) {
    const names = image.names.map((each) => `"${familiarForm(each)}"`).join(', ');
    throw inUse(text, `it has several names: ${names}`, 'remove it by each of them, or use --force');
  }
  const id = image.about?.id;
  // Another image may be known by the same config.
  const users = listImageUsers(engine).filter(({ root }) => root.id === id);
  const running = users.find(({ listed: { status } }) => status !== 'exited' && status !== 'created');
  const user = running ?? (force ? undefined : users[0]);
  if (user === undefined) return;
  const { container, status } = user.listed;
  const what = `container "${container.name}" (${status}) is made of it`;
  throw inUse(
    text,
    what,
    running === undefined ? 'remove the container first, or use --force' : 'remove the container first',
  );
}

function inUse(text: string, reason: string, hint: string): RuntimeError<'image-in-use'> {
  return new RuntimeError({
    code: 'image-in-use',
    message: `failed to remove image "${text}": ${reason}`,
    context: { hint },
  });
}
