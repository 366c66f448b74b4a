import { existsSync } from 'node:fs';
import {
  type ImageConfig,
  ImageProblem,
  listImages as listEntries,
  listStoreDirectories,
  readImageDocuments,
  readIndexFile,
  type StoreDirectories,
  type StoredImage,
} from '@mini/image-store/read';
import { type Engine, openEngine } from '../engine.js';
import { imageDirectory } from './image-directory.js';

/** An image of a list. */
export interface ListedImage {
  readonly image: StoredImage;
  /** The digest of its config, by which people know it. */
  readonly id: string;
  /** Milliseconds of the Unix clock; 0 when it does not say. */
  readonly createdMs: number;
  readonly sizeBytes: number;
  /** Reads its config, once; `undefined` for one that cannot be read. */
  readonly readConfig: () => ImageConfig | undefined;
}

/** All images, the newest first. Throws `RuntimeError` `bad-image` when the store cannot be read. */
export function listImages(engine: Engine = openEngine()): ListedImage[] {
  const directories = listStoreDirectories(imageDirectory(engine));
  if (!existsSync(directories.indexFile)) return [];
  const listed = listEntries(readIndexFile(directories)).map((image) => toListed(directories, image));
  return listed.sort((one, other) => other.createdMs - one.createdMs);
}

function toListed(directories: StoreDirectories, image: StoredImage): ListedImage {
  let documents: ReturnType<typeof readImageDocuments> | null | undefined;
  const read = () => {
    documents ??= readOrNull(directories, image);
    return documents ?? undefined;
  };
  const readConfig = () => read()?.config;
  if (image.about !== undefined) {
    const { id, createdMs = 0, sizeBytes } = image.about;
    return { image, id, createdMs, sizeBytes, readConfig };
  }
  // Put there by another tool: what is known of it stands in its documents.
  const found = read();
  const created = Date.parse(found?.config.created ?? '');
  return {
    image,
    id: found?.manifest.config.digest ?? image.descriptor.digest,
    createdMs: Number.isNaN(created) ? 0 : created,
    sizeBytes: (found?.manifest.layers ?? []).reduce((sum, { size }) => sum + size, 0),
    readConfig,
  };
}

function readOrNull(directories: StoreDirectories, image: StoredImage) {
  try {
    return readImageDocuments(directories, image.descriptor);
  } catch (error) {
    if (error instanceof ImageProblem) return null;
    throw error;
  }
}
