import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A layer as a tar archive, uncompressed. */
export interface ArchivedLayer {
  readonly path: string;
  readonly hex: string;
}

export interface ArchivedImage {
  /** With its tag. */
  readonly name: string;
  /** The lowest first. */
  readonly layers: readonly ArchivedLayer[];
}

/** Packs a directory as a layer at `path`. */
export async function packDirectory(directory: string, path: string): Promise<ArchivedLayer> {
  await execute('tar', ['-C', directory, '-cf', path, '.']);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { path, hex: hash.digest('hex') };
}

/** Layers with a file each, which differ by its name. */
export async function packFiles(directory: string, count: number): Promise<ArchivedLayer[]> {
  const layers: ArchivedLayer[] = [];
  for (let index = 0; index < count; index += 1) {
    const content = join(directory, `content-${index}`);
    mkdirSync(content, { recursive: true });
    writeFileSync(join(content, `file-${index}`), `${index}\n`);
    layers.push(await packDirectory(content, join(directory, `layer-${index}.tar`)));
  }
  return layers;
}

/** Writes images as `docker save` does. `directory` is for what is needed meanwhile, on the file system of the layers. */
export async function writeImages(
  directory: string,
  archive: string,
  images: readonly ArchivedImage[],
): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const linked = new Set<string>();
  const list = images.map(({ name, layers }) => {
    const config = JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      created: '2024-01-02T03:04:05Z',
      config: { Labels: { name } },
      rootfs: { type: 'layers', diff_ids: layers.map(({ hex }) => `sha256:${hex}`) },
    });
    const path = `${createHash('sha256').update(config).digest('hex')}.json`;
    writeFileSync(join(directory, path), config);
    for (const layer of layers) {
      if (linked.has(layer.hex)) continue;
      linked.add(layer.hex);
      linkSync(layer.path, join(directory, `${layer.hex}.tar`));
    }
    return { Config: path, RepoTags: [name], Layers: layers.map(({ hex }) => `${hex}.tar`) };
  });
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify(list));
  await execute('tar', ['-C', directory, '-cf', archive, '.']);
}
