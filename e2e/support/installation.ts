import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDirectory } from './roots.js';

const PACKAGES = fileURLToPath(new URL('../../../packages', import.meta.url));

/** What of each package the command needs when it runs. */
const FILES = [
  'cli/package.json',
  'cli/dist/bin',
  'runtime-core/package.json',
  'runtime-core/dist/src/index.js',
  'runtime-core/dist/native/Release/mini_runtime.node',
  'seccomp/package.json',
  'seccomp/dist/src/index.js',
  'seccomp/dist/filters',
  'seccomp/dist/native/Release/mini_seccomp.node',
  'init-helper/package.json',
  'init-helper/dist/src/index.js',
  'init-helper/dist/bin/mini-init',
  'monitor-helper/package.json',
  'monitor-helper/dist/src/index.js',
  'monitor-helper/dist/bin',
] as const;

/** A copy of the installed command to be broken, removed with the process. */
export interface Installation {
  /** The directory of the packages. */
  readonly directory: string;
  /** The command. */
  readonly mini: string;
  /** A file in it, by its path below `packages`. */
  file(path: string): string;
}

/** Copies what npm would have installed. */
export function copyInstallation(): Installation {
  const directory = freshDirectory('installation');
  for (const path of FILES) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    cpSync(join(PACKAGES, path), join(directory, path), { recursive: true });
  }
  return { directory, mini: join(directory, 'cli/dist/bin/mini.cjs'), file: (path) => join(directory, path) };
}
