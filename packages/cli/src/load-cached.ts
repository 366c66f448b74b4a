import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { isOurs, makeOurs } from './cache-directory.js';
import { writeCacheFile } from './cache-file.js';

/** What and from where to load. */
export interface LoadRequest {
  /** Absolute path of a CommonJS file in ASCII. */
  readonly path: string;
  /** Stands for its contents: V8 itself looks only at their length. */
  readonly hash: string;
  /** Where compiled code is kept, if anywhere; used only when it is ours alone. */
  readonly directory: string | undefined;
  /** Those of a module in the same directory. */
  readonly module: NodeJS.Module;
  readonly require: NodeJS.Require;
}

/** A CommonJS file that was loaded. */
export interface Loaded {
  readonly exports: unknown;
  /** Keeps the code as it is compiled by now for later processes, once; does nothing when it came out of the cache. */
  readonly save: () => void;
}

/**
 * Loads a CommonJS file like `require`, out of V8's code cache when there is one for these very contents and this
 * Node. Node has such a cache too (`module.enableCompileCache`), but keeps only what is compiled at loading;
 * functions are compiled when they are first called, and most of the time of a start goes there. So `save` is called when
 * the work is done.
 */
export function loadCached({ path, hash, directory, module, require }: LoadRequest): Loaded {
  const uid = process.geteuid?.();
  const name = `${process.version}-${process.arch}-${hash}.code`;
  const file = directory && `${directory}/${name}`;
  const cachedData = file && isOurs(directory, uid) ? readIfThere(file) : undefined;
  const source = readFileSync(path, 'latin1');
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: path,
    ...(cachedData && { cachedData }),
  });
  const loaded = register(path, module, require);
  script.runInThisContext()(loaded.exports, require, loaded, path, module.path);
  loaded.loaded = true;
  let isCached = cachedData !== undefined && script.cachedDataRejected !== true;
  const save = () => {
    if (isCached) return;
    isCached = true;
    if (directory && file && makeOurs(directory, uid)) {
      writeCacheFile(directory, name, () => script.createCachedData());
    }
  };
  return { exports: loaded.exports, save };
}

/** An empty file, as a crash may leave it, V8 would not refuse and never replace. */
function readIfThere(file: string): Buffer | undefined {
  try {
    const data = readFileSync(file);
    return data.length > 0 ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Makes the module known to `require` before it runs, so that others which ask for it get this one. */
function register(path: string, parent: NodeJS.Module, require: NodeJS.Require): NodeJS.Module {
  const Module = parent.constructor as new (id: string, parent: NodeJS.Module) => NodeJS.Module;
  const loaded = new Module(path, parent);
  loaded.filename = path;
  loaded.paths = parent.paths;
  require.cache[path] = loaded;
  return loaded;
}
