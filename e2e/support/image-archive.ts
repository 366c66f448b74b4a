import { createHash } from 'node:crypto';
import { createWriteStream, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { HOLD, packTree, type TarEntry, type TarMember, writeTar } from '@mini/image-store';
import { nativeKernel } from '@mini/runtime-core';
import { busyboxRoot, freshDirectory } from './roots.js';

/** An image as a test describes it. */
export interface TestImage {
  /** Names with tags. */
  readonly names?: readonly string[];
  /** Members of `config` of the image's config, as docker writes them. */
  readonly config?: object;
  /** The lowest first; tar archives as they are. */
  readonly layers: readonly Uint8Array[];
  /** Instead of what follows from the above. */
  readonly document?: object;
}

const ABOUT = { mode: 0o644, uid: 0, gid: 0, mtimeNs: 1_700_000_000_000_000_000n, sizeBytes: 0 } as const;

export function file(path: string, text: string, more: Partial<TarEntry> = {}): TarMember {
  const bytes = Buffer.from(text);
  return { entry: { ...ABOUT, path, type: 'file', sizeBytes: bytes.length, ...more }, content: [bytes] };
}

export function other(path: string, type: TarEntry['type'], more: Partial<TarEntry> = {}): TarMember {
  const mode = type === 'directory' ? 0o755 : 0o644;
  return { entry: { ...ABOUT, mode, path, type, ...more }, content: [] };
}

/** A layer as a tar archive. */
export async function layerOf(...members: readonly TarMember[]): Promise<Buffer> {
  return await buffer(Readable.from(writeTar(members)));
}

let busybox: Promise<Buffer> | undefined;

/** A layer with a static busybox and all that it can be called. */
export function busyboxLayer(): Promise<Buffer> {
  busybox ??= (async () => {
    const fd = openSync(busyboxRoot(), HOLD);
    return await buffer(Readable.from(writeTar(packTree(nativeKernel(), { fd, parentFd: fd, name: '.' }))));
  })();
  return busybox;
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The config of an image, and by its digest the image's id. */
export function describeConfig({ config = {}, layers, document }: TestImage): { bytes: Buffer; id: string } {
  const bytes = Buffer.from(
    JSON.stringify(
      document ?? {
        architecture: { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch,
        os: 'linux',
        created: '2024-01-02T03:04:05Z',
        config,
        rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
        history: layers.map((_, index) => ({
          created: '2024-01-02T03:04:05Z',
          created_by: `layer ${index}`,
        })),
      },
    ),
  );
  return { bytes, id: digestOf(bytes) };
}

/** Writes an archive as `docker save` does; returns its path. */
export async function writeArchive(images: readonly TestImage[]): Promise<string> {
  const members: TarMember[] = [];
  const manifest = images.map((image) => {
    const { bytes, id } = describeConfig(image);
    const config = `${id.slice(7)}.json`;
    members.push(file(config, bytes.toString()));
    const paths = image.layers.map((layer) => {
      const path = `${digestOf(layer).slice(7)}.tar`;
      members.push({ entry: { ...ABOUT, path, type: 'file', sizeBytes: layer.length }, content: [layer] });
      return path;
    });
    return { Config: config, RepoTags: image.names ?? [], Layers: paths };
  });
  members.push(file('manifest.json', JSON.stringify(manifest)));
  return await writeMembers(members);
}

/** Writes a tar archive to a file that is removed with the process; returns its path. */
export async function writeMembers(members: readonly TarMember[]): Promise<string> {
  const path = join(freshDirectory('archive'), 'archive.tar');
  await pipeline(Readable.from(writeTar(members)), createWriteStream(path));
  return path;
}

/** Entries of the index of this machine's store. */
export function readIndex(): readonly { digest: string; annotations?: Record<string, string> }[] {
  return JSON.parse(readFileSync('/var/lib/mini/images/index.json', 'utf8')).manifests;
}
