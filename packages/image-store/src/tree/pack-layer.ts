import type { Kernel } from '@mini/contracts';
import { NO_CONTENT, type TarMember } from '../tar/tar-entry.js';
import { type PackOptions, type PackTop, packTree } from './pack-tree.js';

/** Marks of overlays are attributes of these names; see `OverlayMarks`. */
const PREFIXES = ['trusted.overlay.', 'user.overlay.'];

/**
 * Packs the upper directory of an overlay as a layer of an image: its marks become whiteouts as the OCI format has them.
 * Throws as `packTree`.
 */
export async function* packLayer(
  kernel: Kernel,
  top: PackTop,
  options: Omit<PackOptions, 'name' | 'onHeld'> = {},
): AsyncGenerator<TarMember, void, undefined> {
  let mark: 'opaque' | 'whiteout' | undefined;
  const onHeld = (fd: number) => {
    mark = readMark(kernel, fd);
  };
  for await (const member of packTree(kernel, top, { ...options, onHeld })) {
    const { entry } = member;
    const { device } = entry;
    const isDevice = entry.type === 'character' && device?.major === 0 && device.minor === 0;
    if (isDevice || (mark === 'whiteout' && entry.type === 'file')) {
      yield whiteout(inDirectory(entry.path, '.wh.'), member);
      continue;
    }
    yield member;
    if (mark === 'opaque' && entry.type === 'directory' && entry.path !== '.') {
      yield whiteout(`${entry.path}/.wh..wh..opq`, member);
    }
  }
}

function readMark(kernel: Kernel, fd: number): 'opaque' | 'whiteout' | undefined {
  for (const [name, value] of kernel.readXattrs(fd)) {
    const prefix = PREFIXES.find((each) => name.startsWith(each));
    if (prefix === undefined) continue;
    if (name === `${prefix}whiteout`) return 'whiteout';
    if (name === `${prefix}opaque` && Buffer.from(value).toString() === 'y') return 'opaque';
  }
  return undefined;
}

function inDirectory(path: string, prefix: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}${prefix}${path.slice(slash)}`;
}

function whiteout(path: string, { entry: { mtimeNs } }: TarMember): TarMember {
  return {
    entry: { path, type: 'file', mode: 0, uid: 0, gid: 0, mtimeNs, sizeBytes: 0 },
    content: NO_CONTENT,
  };
}
