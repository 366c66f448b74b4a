import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import type { Kernel } from '@mini/contracts';
import type { ExecutionContext } from 'ava';
import type { Descriptor } from '../../src/document/descriptor.js';
import { MEDIA_TYPE } from '../../src/document/media-types.js';
import { type ImageStore, openImageStore } from '../../src/store/image-store.js';
import { writeTar } from '../../src/tar/write-tar.js';
import { makeFakeLocks } from '../store/fake-locks.js';
import { kernel } from '../tree/fake-kernel.js';
import { digestOf, type FakeRegistry } from './fake-registry.js';

/** An empty store, without privileges. */
export function makeStore(t: ExecutionContext): ImageStore {
  const directory = mkdtempSync(`${tmpdir()}/mini-pull-`);
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return openImageStore({ ...kernel, ...makeFakeLocks() } as Kernel, directory, { marks: 'user' });
}

/** A layer with one file, as tar. */
export async function makeTar(path: string, content: Buffer): Promise<Buffer> {
  async function* members() {
    const about = { mode: 0o644, uid: 0, gid: 0, mtimeNs: 0n };
    yield { entry: { ...about, path, type: 'file' as const, sizeBytes: content.length }, content: [content] };
  }
  const parts: Uint8Array[] = [];
  for await (const part of writeTar(members())) parts.push(part);
  return Buffer.concat(parts);
}

export interface MadeImage {
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly diffIds: readonly string[];
}

export interface ImageChanges {
  readonly architecture?: string;
  /** Changes what is written, after all else is made. */
  readonly config?: (config: Record<string, unknown>) => unknown;
  readonly manifest?: (manifest: Record<string, unknown>) => unknown;
  readonly type?: string;
}

/** Puts an image with a layer for each of the contents into a registry. */
export async function addImage(
  registry: FakeRegistry,
  name: `${string}:${string}`,
  contents: readonly Buffer[],
  { architecture = 'amd64', type = MEDIA_TYPE.manifest, ...change }: ImageChanges = {},
): Promise<MadeImage> {
  const tars = await Promise.all(contents.map((content, index) => makeTar(`file-${index}`, content)));
  const layers = tars.map((tar) => addBlob(registry, MEDIA_TYPE.layerGzip, gzipSync(tar)));
  const diffIds = tars.map(digestOf);
  const document = {
    architecture,
    os: 'linux',
    config: { Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: diffIds },
  };
  const bytes = Buffer.from(JSON.stringify(change.config?.(document) ?? document));
  const config = addBlob(registry, MEDIA_TYPE.config, bytes);
  const plain = { schemaVersion: 2, mediaType: type, config, layers };
  const [repository, tag] = name.split(':') as [string, string];
  const added = registry.addManifest(repository, tag, type, change.manifest?.(plain) ?? plain);
  return { manifest: { mediaType: type, ...added }, config, layers, diffIds };
}

function addBlob(registry: FakeRegistry, mediaType: string, bytes: Buffer): Descriptor {
  return { mediaType, digest: registry.addBlob(bytes), size: bytes.length };
}
