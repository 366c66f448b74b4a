import { join } from 'node:path';
import type { WorkspacePackage } from './load-workspace.js';
import type { BoundaryRules } from './rules.js';

/** Files above this are split, or listed with the reason in `longFiles`. */
export const maxLines = 300;

// Names that say nothing about what is inside, so everything ends up in them. One "helper" is a word of this
// project: the programs that a container is started with.
const emptyNames = /^(?:utils?|commons?|helpers|misc)$/;
const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*$/;

/** Files that are too long or badly named, and exceptions that are not needed any more. */
export function checkFiles(packages: readonly WorkspacePackage[], rules: BoundaryRules): string[] {
  const files = packages.flatMap(({ directory, files }) =>
    files.map((file) => ({
      path: join(directory, file.path),
      inPackage: file.path,
      lineCount: file.lineCount,
    })),
  );
  const long = files.filter(({ lineCount }) => lineCount > maxLines);
  const longPaths = new Set(long.map(({ path }) => path));
  return [
    ...long
      .filter(({ path }) => !Object.hasOwn(rules.longFiles, path))
      .map(({ path, lineCount }) => `${path}: has ${lineCount} lines, more than ${maxLines}`),
    ...Object.keys(rules.longFiles)
      .filter((path) => !longPaths.has(path))
      .map((path) => `${path}: is not long any more, take it out of longFiles in tools/boundaries.json`),
    ...files.flatMap(({ path, inPackage }) => checkName(path, inPackage)),
  ];
}

function checkName(path: string, inPackage: string): string[] {
  const names = inPackage.split('/');
  const stems = names.map((name) => name.replace(/\..*$/, ''));
  const empty = stems.find((stem) => emptyNames.test(stem));
  if (empty !== undefined) return [`${path}: "${empty}" does not say what is inside`];
  return kebabCase.test(names.at(-1)!) ? [] : [`${path}: is not in kebab-case`];
}
