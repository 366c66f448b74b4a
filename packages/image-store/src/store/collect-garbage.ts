import { readdirSync, rmSync, statSync } from 'node:fs';
import { removeTree, tryLockFile } from '@mini/state-store';
import type { Descriptor } from '../document/descriptor.js';
import { hexOf } from '../document/digest.js';
import { readImageConfig } from '../document/image-config.js';
import { MOST_DOCUMENT_BYTES } from '../document/json-fields.js';
import { readManifestDocument } from '../document/manifest.js';
import { readIndexFile } from './image-index.js';
import type { ImageStore } from './image-store.js';

/** What was thrown away. */
export interface Garbage {
  /** Digests of blobs. */
  readonly blobs: readonly string[];
  /** Diff ids of unpacked layers. */
  readonly layers: readonly string[];
  /** Bytes of disk given back, as far as sizes tell. */
  readonly bytes: number;
}

export interface CollectOptions {
  /** Also what cut downloads left, which the next one would go on from. */
  readonly dropDrafts?: boolean;
}

const HEX = /^[0-9a-f]{64}$/;
const NOTHING: Garbage = { blobs: [], layers: [], bytes: 0 };

/**
 * Throws away what no image refers to, but for the layers that the store's `listPinnedLayers` names. While somebody holds a
 * lease nothing is done: `undefined`, and the next one finds it all.
 */
export function collectGarbage(
  store: ImageStore,
  { dropDrafts = false }: CollectOptions = {},
): Garbage | undefined {
  const lock = tryLockFile(store.kernel, store.directories.leaseLock, 'exclusive');
  if (lock === undefined) return undefined;
  try {
    const used = markUsed(store);
    // Asked for now: while nobody holds a lease, nobody makes a container either.
    const layers = new Set([...used.layers, ...store.listPinnedLayers()].map(hexOf));
    const garbage = sumUp([sweepBlobs(store, used.blobs), sweepLayers(store, layers)]);
    sweepRemains(store, dropDrafts);
    return garbage;
  } finally {
    lock.release();
  }
}

interface Used {
  readonly blobs: Set<string>;
  readonly layers: Set<string>;
}

function markUsed(store: ImageStore): Used {
  const used: Used = { blobs: new Set(), layers: new Set() };
  for (const entry of readIndexFile(store.directories)) markImage(store, entry, used);
  return used;
}

/** Of what cannot be read nothing can be used either, but its own document stays as what it is. */
function markImage(store: ImageStore, descriptor: Descriptor, used: Used): void {
  used.blobs.add(hexOf(descriptor.digest));
  const bytes = readIfThere(store, descriptor.digest);
  if (bytes === undefined) return;
  try {
    const document = readManifestDocument(bytes, descriptor.mediaType);
    if (document.kind === 'index') {
      for (const each of document.manifests)
        if (!used.blobs.has(hexOf(each.digest))) markImage(store, each, used);
      return;
    }
    for (const { digest } of [document.config, ...document.layers]) used.blobs.add(hexOf(digest));
    const config = readIfThere(store, document.config.digest);
    if (config !== undefined) for (const diffId of readImageConfig(config).diffIds) used.layers.add(diffId);
  } catch {
    // Another tool's, of a kind that mini does not run.
  }
}

function readIfThere(store: ImageStore, digest: string): Buffer | undefined {
  return store.blobs.has(digest) ? store.blobs.readDocument(digest, MOST_DOCUMENT_BYTES) : undefined;
}

function sweepBlobs({ directories }: ImageStore, used: ReadonlySet<string>): Garbage {
  const unused = readdirSync(directories.blobs).filter((name) => HEX.test(name) && !used.has(name));
  let bytes = 0;
  for (const hex of unused) {
    const path = `${directories.blobs}/${hex}`;
    bytes += statSync(path).size;
    rmSync(path);
  }
  return { ...NOTHING, blobs: unused.map((hex) => `sha256:${hex}`), bytes };
}

function sweepLayers({ layers }: ImageStore, used: ReadonlySet<string>): Garbage {
  const unused = layers.list().filter((hex) => !used.has(hex));
  let bytes = 0;
  for (const hex of unused) {
    const diffId = `sha256:${hex}`;
    bytes += layers.about(diffId).bytes;
    layers.remove(diffId);
  }
  return { ...NOTHING, layers: unused.map((hex) => `sha256:${hex}`), bytes };
}

/** What was left by those who were killed: nobody else is at work. */
function sweepRemains({ directories: { layers, ingest } }: ImageStore, dropDrafts: boolean): void {
  for (const name of readdirSync(layers))
    if (/^(?:draft|trash|lock)-/.test(name)) removeTree(`${layers}/${name}`);
  for (const name of readdirSync(ingest)) {
    if (dropDrafts || name.startsWith('new-')) rmSync(`${ingest}/${name}`, { force: true });
  }
}

function sumUp(parts: readonly Garbage[]): Garbage {
  return {
    blobs: parts.flatMap(({ blobs }) => blobs),
    layers: parts.flatMap(({ layers }) => layers),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
