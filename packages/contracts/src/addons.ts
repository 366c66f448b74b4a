import { createRequire } from 'node:module';

/** Loads the native addon that a package has at `path` and returns what it exports. */
export type AddonLoader = (path: string) => unknown;

let loader: AddonLoader = (path) => createRequire(path)(path);

/**
 * The addon that a package has at `path`, which is absolute. Throws as `require` does: `MODULE_NOT_FOUND` when it is not
 * there, another error when this machine cannot load it.
 */
export function loadAddon(path: string): unknown {
  return loader(path);
}

/** Has addons loaded another way from now on, for a program whose packages are no files; before the first is loaded. */
export function loadAddonsWith(other: AddonLoader): void {
  loader = other;
}
