import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodeName, encodeName, toFsPath } from '../../src/tar/byte-name.js';

/** A file of a random tree. `to` picks the target of a hard link among the files before it. */
export type TreeNode =
  | { readonly type: 'file'; readonly content: Uint8Array; readonly mode: number }
  | { readonly type: 'sparse'; readonly blocks: readonly boolean[] }
  | { readonly type: 'directory'; readonly mode: number; readonly children: readonly TreeChild[] }
  | { readonly type: 'symlink'; readonly target: string }
  | { readonly type: 'link'; readonly to: number }
  | { readonly type: 'fifo'; readonly mode: number };
type TreeChild = readonly [name: string, node: TreeNode];

/** Bytes of names: letters, blanks, marks that formats give a meaning, halves of characters. */
const nameByte = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0x61, max: 0x7a }) },
  fc.constantFrom(0x20, 0x3d, 0x25, 0x0a, 0x5c, 0x22, 0xc3, 0xa4, 0xff),
);
const name = fc
  .oneof(
    fc.array(nameByte, { minLength: 1, maxLength: 12 }),
    fc.array(nameByte, { minLength: 90, maxLength: 255 }),
  )
  .map((bytes) => decodeName(Uint8Array.from(bytes)));
const mode = fc.integer({ min: 0, max: 0o7777 }).map((bits) => bits | 0o600);

const { node } = fc.letrec<{ node: TreeNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.record({ type: fc.constant('file' as const), content: fc.uint8Array({ maxLength: 2000 }), mode }),
    fc.record({ type: fc.constant('sparse' as const), blocks: fc.array(fc.boolean(), { maxLength: 60 }) }),
    fc.record({ type: fc.constant('symlink' as const), target: name }),
    fc.record({ type: fc.constant('link' as const), to: fc.nat(20) }),
    fc.record({ type: fc.constant('fifo' as const), mode }),
    fc.record({
      type: fc.constant('directory' as const),
      mode: mode.map((bits) => bits | 0o700),
      children: fc.array(fc.tuple(name, tie('node')), { maxLength: 5 }),
    }),
  ),
}));

/** The children of a root. */
export const tree = fc.array(fc.tuple(name, node), { maxLength: 6 });

/** Blocks of sparse files, as large as those of the file system. */
const HOLE_BYTES = 4096;

/** Makes the tree on disk, times with fractions of a second; what cannot be (a name taken, too long a path) is left out. */
export function makeTree(root: string, children: readonly TreeChild[]): void {
  const files: string[] = [];
  makeChildren(root, children, files);
}

function makeChildren(directory: string, children: readonly TreeChild[], files: string[]): void {
  for (const [index, [childName, child]] of children.entries()) {
    const path = join(directory, childName === '.' || childName === '..' ? '_' : childName);
    if (encodeName(path).length > 1000 || fs.lstatSync(toFsPath(path), { throwIfNoEntry: false })) continue;
    makeNode(path, child, files);
    if (child.type === 'link') continue;
    // An odd number of nanoseconds; utimes(2) of Node takes seconds, as floating point numbers.
    const time = index % 3 === 0 ? 1_600_000_000 : 1_600_000_000 + index + 0.123456;
    fs.lutimesSync(toFsPath(path), time, time);
  }
}

function makeNode(path: string, child: TreeNode, files: string[]): void {
  const place = toFsPath(path);
  if (child.type === 'directory') {
    fs.mkdirSync(place);
    makeChildren(path, child.children, files);
    fs.chmodSync(place, child.mode);
  } else if (child.type === 'symlink') {
    fs.symlinkSync(toFsPath(child.target), place);
  } else if (child.type === 'link') {
    const target = files[child.to];
    if (target !== undefined) fs.linkSync(toFsPath(target), place);
  } else if (child.type === 'fifo') {
    // A program takes no name that is not UTF-8.
    const plain = join(tmpdir(), `fifo-${process.pid}`);
    execFileSync('mkfifo', [plain]);
    fs.renameSync(plain, place);
    fs.chmodSync(place, child.mode);
  } else {
    files.push(path);
    makeFile(place, child);
  }
}

function makeFile(place: string | Buffer, child: TreeNode & { type: 'file' | 'sparse' }): void {
  if (child.type === 'file') {
    fs.writeFileSync(place, child.content);
    fs.chmodSync(place, child.mode);
    return;
  }
  const fd = fs.openSync(place, 'w');
  fs.ftruncateSync(fd, child.blocks.length * HOLE_BYTES);
  for (const [index, isData] of child.blocks.entries()) {
    if (isData) fs.writeSync(fd, Buffer.alloc(HOLE_BYTES, 1 + index), 0, HOLE_BYTES, index * HOLE_BYTES);
  }
  fs.closeSync(fd);
}

/** What can be seen of a tree, by path: to be compared. Names of one file have the number of the first. */
export function describeTree(root: string): Record<string, unknown> {
  const seen: Record<string, unknown> = {};
  const numbers = new Map<bigint, number>();
  const walk = (path: string) => {
    for (const raw of fs
      .readdirSync(toFsPath(join(root, path)), { encoding: 'buffer' })
      .sort(Buffer.compare)) {
      const inner = join(path, decodeName(raw));
      seen[inner] = describeFile(join(root, inner), numbers);
      if (fs.lstatSync(toFsPath(join(root, inner))).isDirectory()) walk(inner);
    }
  };
  walk('');
  return seen;
}

function describeFile(path: string, numbers: Map<bigint, number>): unknown {
  const place = toFsPath(path);
  const status = fs.lstatSync(place, { bigint: true });
  if (!numbers.has(status.ino)) numbers.set(status.ino, numbers.size);
  const { mode: bits, uid, gid, mtimeNs } = status;
  const content = status.isFile() ? fs.readFileSync(place).toString('latin1') : '';
  const target = status.isSymbolicLink() ? fs.readlinkSync(place, { encoding: 'latin1' }) : '';
  return { mode: bits.toString(8), uid, gid, mtimeNs, content, target, file: numbers.get(status.ino) };
}

/** A directory that `use` may fill; it goes afterwards. */
export async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = fs.mkdtempSync(join(tmpdir(), 'image-store-'));
  try {
    return await use(directory);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}
