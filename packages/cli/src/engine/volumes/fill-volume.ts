import { closeSync, existsSync, lstatSync, openSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRuntimeError, type Kernel } from '@mini/contracts';
import {
  type FileRights,
  HOLD_DIRECTORY,
  packTree,
  type TarEntry,
  type TarMember,
  unpackTree,
} from '@mini/image-store';
import { removeTree } from '@mini/state-store';
import { canMount, type Engine } from '../engine.js';
import { makeDirectory } from '../make-directory.js';
import { DATA, type Volume } from './volume-store.js';

/** Beside a volume's files: a copy that is being made, and one that is whole and on its way to its place. */
const DRAFT = 'fill';
const WHOLE = 'filled';
/** openat2(2) of what is not there, or is no directory. */
const NOTHING_THERE = new Set([2, 20, 40]);

/**
 * Gives a volume what the container's root has at `target`, if the volume is empty: as docker does, with owners, modes and
 * attributes. The caller holds the volume's lock. Killed at any moment, it leaves a volume that is empty or is completed
 * by the next call. Throws what `packTree` and `unpackTree` throw.
 */
export async function fillVolume(
  engine: Engine,
  { mountpoint }: Pick<Volume, 'mountpoint'>,
  rootFd: number,
  target: string,
): Promise<void> {
  const directory = dirname(mountpoint);
  await finishFilling(engine, directory);
  if (!isEmpty(mountpoint)) return;
  const source = openSource(engine.kernel, rootFd, target);
  if (source === undefined) return;
  try {
    const draft = join(directory, DRAFT);
    removeTree(draft);
    makeDirectory(draft);
    await unpack(engine, pack(engine, source), draft);
    renameSync(draft, join(directory, WHOLE));
  } finally {
    closeSync(source);
  }
  await finishFilling(engine, directory);
}

/** Whether `fillVolume` would look for something to do. */
export function mayBeFilled({ mountpoint }: Pick<Volume, 'mountpoint'>): boolean {
  return existsSync(join(dirname(mountpoint), WHOLE)) || isEmpty(mountpoint);
}

/** One that an ordinary user cannot read is a container's user's: something has filled it. */
function isEmpty(mountpoint: string): boolean {
  try {
    return readdirSync(mountpoint).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return false;
    throw error;
  }
}

/**
 * Moves a whole copy to its place, a name at a time, for the directory itself may be mounted in a container already. What
 * is there by now stays.
 */
async function finishFilling(engine: Engine, directory: string): Promise<void> {
  const whole = join(directory, WHOLE);
  const from = join(whole, DATA);
  if (!existsSync(from)) {
    removeTree(whole);
    return;
  }
  // First, for moving the names changes its time.
  const top = await readTop(engine, from);
  for (const name of readdirSync(from, { encoding: 'buffer' })) {
    const place = Buffer.concat([Buffer.from(`${join(directory, DATA)}/`), name]);
    if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) continue;
    renameSync(Buffer.concat([Buffer.from(`${from}/`), name]), place);
  }
  await unpack(engine, top, directory);
  removeTree(whole);
}

/** The directory alone, without what is in it. */
async function readTop(engine: Engine, path: string): Promise<TarMember[]> {
  const fd = openSync(path, HOLD_DIRECTORY);
  try {
    const members: TarMember[] = [];
    for await (const member of pack(engine, fd, (each) => each === '.')) members.push(member);
    return members;
  } finally {
    closeSync(fd);
  }
}

/** A directory as `_data`, with all below it. */
function pack(engine: Engine, fd: number, isHollow?: (path: string) => boolean) {
  const options = { name: DATA, ...(isHollow === undefined ? {} : { isHollow }) };
  return packTree(engine.kernel, { fd, parentFd: fd, name: '.' }, options);
}

async function unpack(
  engine: Engine,
  members: AsyncIterable<TarMember> | Iterable<TarMember>,
  into: string,
): Promise<void> {
  const intoFd = openSync(into, HOLD_DIRECTORY);
  try {
    await unpackTree(engine.kernel, intoFd, members, { rightsOf: (entry) => rightsInVolume(engine, entry) });
  } finally {
    closeSync(intoFd);
  }
}

/** What an image gives its files they have in the volume too; who is not root anywhere has nothing to give away. */
function rightsInVolume(engine: Engine, { uid, gid }: TarEntry): FileRights {
  return canMount(engine) ? { keepPrivileges: true, owner: { uid, gid } } : { keepPrivileges: true };
}

/** Links lead nowhere out of the root. `undefined` when no directory is there. */
function openSource(kernel: Kernel, rootFd: number, target: string): number | undefined {
  try {
    return kernel.openInRoot(rootFd, target, HOLD_DIRECTORY);
  } catch (error) {
    if (isRuntimeError(error) && NOTHING_THERE.has(Number(error.context.errno))) return undefined;
    throw error;
  }
}
