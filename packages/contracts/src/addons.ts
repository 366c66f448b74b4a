/** Loads the native addon that a package has at `path` and returns what it exports. */
export type AddonLoader = (path: string) => unknown;

let loader: AddonLoader = openAddon;

/**
 * The addon that a package has at `path`, which is absolute. Throws with the dynamic loader's reason when it is not there or
 * this machine cannot load it.
 */
export function loadAddon(path: string): unknown {
  return loader(path);
}

/** Has addons loaded another way from now on, for a program whose packages are no files; before the first is loaded. */
export function loadAddonsWith(other: AddonLoader): void {
  loader = other;
}

/** `require` would resolve links and read manifests around the file first, for a millisecond. */
function openAddon(path: string): unknown {
  const module = { exports: {} };
  process.dlopen(module, path);
  return module.exports;
}
