/** One entry of an initramfs. `path` is relative, without a leading slash; its parents are added. */
export interface CpioFile {
  readonly path: string;
  readonly mode: number;
  readonly data: Uint8Array;
}

const directoryType = 0o040000;
const regularType = 0o100000;
const trailerName = 'TRAILER!!!';

/**
 * Encodes files as a "newc" archive. The kernel unpacks several archives that follow each other in one
 * initramfs, which is how the job is added to the cached part.
 * Source: Documentation/driver-api/early-userspace/buffer-format.rst of Linux.
 */
export function encodeCpio(files: readonly CpioFile[]): Buffer {
  const parts: Uint8Array[] = [];
  let inode = 1;
  for (const directory of listParents(files)) {
    parts.push(...encodeEntry(directory, directoryType | 0o755, new Uint8Array(), inode++));
  }
  for (const { path, mode, data } of files) {
    parts.push(...encodeEntry(path, regularType | mode, data, inode++));
  }
  parts.push(...encodeEntry(trailerName, 0, new Uint8Array(), 0));
  return Buffer.concat(parts);
}

/** Parents before their children, as the kernel makes none by itself. */
function listParents(files: readonly CpioFile[]): string[] {
  const parents = new Set<string>();
  for (const { path } of files) {
    const names = path.split('/').slice(0, -1);
    names.forEach((_, index) => {
      parents.add(names.slice(0, index + 1).join('/'));
    });
  }
  return [...parents].sort();
}

function encodeEntry(path: string, mode: number, data: Uint8Array, inode: number): Uint8Array[] {
  const name = Buffer.from(`${path}\0`);
  const [uid, gid, links, time, device] = [0, 0, 1, 0, 0];
  const fields = [
    inode,
    mode,
    uid,
    gid,
    links,
    time,
    data.length,
    device,
    device,
    device,
    device,
    name.length,
    0,
  ];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return [header, name, makePadding(header.length + name.length), data, makePadding(data.length)];
}

function makePadding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4);
}
