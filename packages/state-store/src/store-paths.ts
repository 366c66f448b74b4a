import * as fs from 'node:fs';
import { errnoNameOf, stateError, wrapError } from './errors.js';

/** The directories of a store, all 0700. */
export interface StorePaths {
  readonly root: string;
  /** `<id>/`: record.json, lock, and what the engine puts there. */
  readonly containers: string;
  /** `<name>`: a link to `../containers/<id>`; made exclusively by nature. */
  readonly names: string;
  /** `<id>`: a link whose target says who is making it. */
  readonly journal: string;
  /** What is being removed. */
  readonly trash: string;
}

export function listStorePaths(root: string): StorePaths {
  return {
    root,
    containers: `${root}/containers`,
    names: `${root}/names`,
    journal: `${root}/journal`,
    trash: `${root}/trash`,
  };
}

/** Whoever can write here can have us run anything: it must be ours alone. */
function checkRoot(root: string): void {
  const status = fs.lstatSync(root);
  const refuse = (reason: string) =>
    stateError('state-directory', `failed to open state store "${root}": ${reason}`);
  if (!status.isDirectory()) throw refuse('it is not a directory');
  const uid = process.geteuid?.() ?? status.uid;
  if (status.uid !== uid) throw refuse(`it belongs to user ${status.uid}, not to user ${uid}`);
  if ((status.mode & 0o022) !== 0) throw refuse('others than its owner can write to it');
}

/**
 * Makes the directories that are missing. Throws `RuntimeError` with code `state-directory` when the root is not a
 * directory that only we can write to, `state-io` when it cannot be made.
 */
export function makeStoreDirectories(paths: StorePaths): void {
  try {
    fs.mkdirSync(paths.root, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw wrapError(`failed to make state store "${paths.root}"`, error, 'state-directory');
  }
  checkRoot(paths.root);
  for (const path of [paths.containers, paths.names, paths.journal, paths.trash]) {
    try {
      fs.mkdirSync(path, 0o700);
    } catch (error) {
      if (errnoNameOf(error) !== 'EEXIST') throw wrapError(`failed to make "${path}"`, error);
    }
  }
}
