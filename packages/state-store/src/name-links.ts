import * as fs from 'node:fs';
import { basename } from 'node:path';
import { errnoNameOf } from './errors.js';

/** The id that the name `name` leads to, believed or not. */
export function readNameLink(names: string, name: string): string | undefined {
  try {
    return basename(fs.readlinkSync(`${names}/${name}`));
  } catch (error) {
    if (['ENOENT', 'EINVAL', 'ENAMETOOLONG'].includes(errnoNameOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** `false` when the name is taken: of any number who try at once, one wins. */
export function makeNameLink(names: string, name: string, id: string): boolean {
  try {
    fs.symlinkSync(`../containers/${id}`, `${names}/${name}`);
    return true;
  } catch (error) {
    if (errnoNameOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Gives the name free if it is that of `id`. */
export function removeNameLink(names: string, name: string, id: string): void {
  if (readNameLink(names, name) !== id) return;
  try {
    fs.unlinkSync(`${names}/${name}`);
  } catch (error) {
    if (errnoNameOf(error) !== 'ENOENT') throw error;
  }
}
