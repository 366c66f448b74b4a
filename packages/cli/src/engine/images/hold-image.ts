import { existsSync, mkdirSync } from 'node:fs';
import { RuntimeError, reasonOf } from '@mini/contracts';
import {
  type FoundImage,
  findImage,
  formatPlatform,
  type ImageConfig,
  ImageProblem,
  isRunnable,
  listImages,
  listLayerTrees,
  listStoreDirectories,
  parsePlatform,
  readImageDocuments,
  readIndexFile,
  type StoreDirectories,
} from '@mini/image-store/read';
import { lockFile } from '@mini/state-store';
import type { Engine } from '../engine.js';
import type { LayersRoot, RunOptions } from '../run-options.js';
import { applyImage } from './apply-image.js';
import { imageDirectory } from './image-directory.js';

/** An image whose layers stay until `release`. */
export interface HeldImage {
  /** The options with what the image says where they say nothing. */
  applyTo(options: RunOptions): RunOptions;
  release(): void;
}

export interface HoldOptions {
  /** That it has to be for. */
  readonly platform?: string | undefined;
  /** What it is looked up as, when that is not its name. */
  readonly storedAs?: string;
}

/** Looks up an image that is here. Rejects with `RuntimeError` `no-such-image`, `bad-image` and what unpacking throws. */
export async function holdImage(
  engine: Engine,
  name: string,
  { platform, storedAs = name }: HoldOptions = {},
): Promise<HeldImage> {
  const directories = listStoreDirectories(imageDirectory(engine));
  if (!existsSync(directories.indexFile)) throw noSuchImage(name);
  const lease = lockFile(engine.kernel, directories.leaseLock, 'the image store', { mode: 'shared' });
  try {
    const found = findImage(listImages(readIndexFile(directories)), storedAs);
    if (found === undefined) throw noSuchImage(name);
    const { config, id } = readDocuments(directories, found, name);
    if (platform !== undefined) assertPlatform(name, config, platform);
    const root = await findLayers(engine, directories, found, { config, id, name });
    return { applyTo: (options) => applyImage({ ...options, root }, config.config), release: lease.release };
  } catch (error) {
    lease.release();
    throw error;
  }
}

function noSuchImage(name: string): RuntimeError {
  return new RuntimeError({
    code: 'no-such-image',
    message: `failed to find image "${name}": there is none here`,
    context: {
      hint: 'mini images lists those there are, mini pull fetches one, mini load reads one from a file',
    },
  });
}

function assertPlatform(name: string, config: ImageConfig, platform: string): void {
  if (isRunnable(config, parsePlatform(platform))) return;
  throw new RuntimeError({
    code: 'no-such-image',
    message: `failed to find image "${name}" for the platform "${platform}": the one here is for "${formatPlatform(config)}"`,
  });
}

interface KnownImage {
  readonly name: string;
  readonly id: string;
  readonly config: ImageConfig;
}

function readDocuments(directories: StoreDirectories, { image }: FoundImage, name: string) {
  try {
    const { config, manifest } = readImageDocuments(directories, image.descriptor);
    return { config, id: manifest.config.digest };
  } catch (error) {
    throw notRunnable(name, error);
  }
}

function notRunnable(name: string, error: unknown): unknown {
  if (!(error instanceof ImageProblem)) return error;
  return new RuntimeError({ code: error.code, message: `failed to run image "${name}": ${reasonOf(error)}` });
}

/** Another tool may have put the image there: then its layers are still to be unpacked. */
async function findLayers(
  engine: Engine,
  directories: StoreDirectories,
  { image }: FoundImage,
  { name, id, config }: KnownImage,
): Promise<LayersRoot> {
  let { trees, missing } = listLayerTrees(directories, config);
  if (missing.length > 0) {
    const { unpackImage } = await import('./unpack-image.js');
    await unpackImage(engine, name, image);
    ({ trees, missing } = listLayerTrees(directories, config));
  }
  const { volumes, exposedPorts } = config.config;
  return {
    kind: 'layers',
    name,
    id,
    diffIds: [...config.diffIds].reverse(),
    lowers: trees.length > 0 ? trees : [emptyLayer(directories)],
    ...(volumes === undefined ? {} : { volumes }),
    ...(exposedPorts === undefined ? {} : { exposedPorts }),
  };
}

/** What an image without layers runs on. */
function emptyLayer({ layers }: StoreDirectories): string {
  const path = `${layers}/empty`;
  mkdirSync(path, { recursive: true, mode: 0o755 });
  return path;
}
