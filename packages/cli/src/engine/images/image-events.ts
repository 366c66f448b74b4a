import { familiarForm, type StoredImage } from '@mini/image-store/read';
import type { Engine } from '../engine.js';
import { appendEvent } from '../events/event-log.js';

/** Docker's words for what happens to images. */
export type ImageAction = 'pull' | 'push' | 'tag' | 'untag' | 'delete' | 'load' | 'save' | 'import';

/** An image as events know it: by its id, or by the name under which a registry has it. */
export interface ImageOfEvent {
  readonly id: string;
  readonly name: string;
}

/** Writes down what happened to an image just now. A log that cannot be written loses events. */
export function recordImageEvent(engine: Engine, { id, name }: ImageOfEvent, action: ImageAction): void {
  appendEvent(engine, { type: 'image', id, name, image: '', labels: {}, action, attributes: {} });
}

/** What is told of an image that is here: its id, and the name if there is one, else the id again. */
export function storedImageOf({ about, descriptor }: StoredImage, name?: string): ImageOfEvent {
  const id = about?.id ?? descriptor.digest;
  return { id, name: name === undefined ? id : familiarForm(name) };
}

/** What is told of a name that was asked of a registry: with its tag or digest, and without. */
export function namedImageOf(fullName: string): ImageOfEvent {
  const id = familiarForm(fullName);
  return { id, name: id.replace(/@.*$/, '').replace(/:[^/:]*$/, '') };
}
