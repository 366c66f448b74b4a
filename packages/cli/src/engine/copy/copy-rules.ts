import { posix } from 'node:path';

/** One end of a copy as it is written: `CONTAINER:PATH` or a path of this machine. */
export interface CopyEnd {
  readonly container?: string;
  readonly path: string;
}

/** What is copied. */
export interface CopySource {
  /** As it was said: a slash or `/.` at its end mean something. */
  readonly path: string;
  readonly isDirectory: boolean;
}

/** What stands where it is to go. */
export interface CopyTarget {
  /** As it was said, or where the link leads that was said. */
  readonly path: string;
  readonly kind: 'missing' | 'directory' | 'file' | 'other';
}

/** Where to unpack, and as what: `.` puts what is in a directory there, without it. */
export interface CopyPlan {
  readonly directory: string;
  readonly name: string;
}

/** Why things cannot be copied like that: the `<reason>` of a message. */
export class CopyProblem extends Error {}

/**
 * As docker reads it: what begins with a slash is a path of this machine, and so is what has no colon, or a dot before it
 * (`./a:b`).
 */
export function parseCopyEnd(word: string): CopyEnd {
  const colon = word.indexOf(':');
  if (word.startsWith('/') || colon === -1) return { path: word };
  const container = word.slice(0, colon);
  return container.startsWith('.') ? { path: word } : { container, path: word.slice(colon + 1) };
}

/** Whether a path can only mean a directory. */
export function assertsDirectory(path: string): boolean {
  return path.endsWith('/') || lastName(path) === '.';
}

/**
 * The rules of docker cp. A directory that exists takes the source in by its name, or what is in it (`SRC/.`); a file
 * that exists is replaced by a file; what does not exist is made, in a directory that exists. Throws `CopyProblem`.
 */
export function planCopy(source: CopySource, target: CopyTarget): CopyPlan {
  if (target.kind === 'directory') return { directory: target.path, name: nameOf(source.path) };
  if (target.kind === 'other') throw new CopyProblem('it is neither a directory nor a regular file');
  if (target.kind === 'file' && source.isDirectory)
    throw new CopyProblem('a directory cannot be copied onto a file');
  if (target.kind === 'missing' && !source.isDirectory && assertsDirectory(target.path)) {
    throw new CopyProblem('there is no such directory');
  }
  const path = cleanPath(target.path);
  return { directory: posix.dirname(path), name: posix.basename(path) };
}

/** The name that a copy has in the directory it is put into. */
export function nameOf(path: string): string {
  return lastName(path) === '.' ? '.' : posix.basename(posix.resolve('/', path)) || '.';
}

/** Without what is superfluous, but for a `.` at the end, which says something. */
export function cleanPath(path: string): string {
  const clean = posix.normalize(path).replace(/(?<=.)\/$/, '');
  return lastName(path) === '.' && path !== '.' ? `${clean}/.` : clean;
}

function lastName(path: string): string {
  return path.slice(path.replace(/\/+$/, '').lastIndexOf('/') + 1).replace(/\/+$/, '');
}
