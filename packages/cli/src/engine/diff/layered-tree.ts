import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Kernel } from '@mini/contracts';
import { encodeName, HOLD } from '@mini/image-store';
import { type FileFacts, isDirectory, type LowerTree } from './compare-layer.js';
import { openLower } from './lower-tree.js';
import { readLayerMark } from './read-upper.js';

interface Found {
  readonly facts: FileFacts;
  /** Index of the layer that it is of; of a directory the topmost. */
  readonly layer: number;
  /** The layers that show in it, if it is a directory. */
  readonly layers: readonly number[];
}

/** The layers of an image as one tree, the topmost first, as an overlay shows them: for who may not mount one. */
export function openLayers(kernel: Kernel, directories: readonly string[]): LowerTree {
  const layers = directories.map((directory) => ({ directory, tree: openLower(directory) }));
  const all = layers.map((_, index) => index);
  const known = new Map<string, readonly number[]>([['', all]]);

  const markAt = (index: number, path: string) => {
    const place = encodeName(join(layers[index]!.directory, path));
    const fd = openSync(place, HOLD);
    try {
      return readLayerMark(kernel, fd);
    } finally {
      closeSync(fd);
    }
  };

  /** Of the layers in which the parent shows, those in which the path does. */
  const find = (path: string): Found | undefined => {
    const shown: number[] = [];
    let first: Found | undefined;
    for (const layer of layersOf(dirname(path))) {
      const facts = layers[layer]!.tree.lookUp(path);
      if (facts === undefined) continue;
      const mark = markAt(layer, path);
      if (mark === 'whiteout') break;
      if (first !== undefined && !isDirectory(facts)) break;
      first ??= { facts, layer, layers: shown };
      shown.push(layer);
      if (!isDirectory(facts) || mark === 'opaque') break;
    }
    return first;
  };

  const layersOf = (path: string): readonly number[] => {
    const cached = known.get(path);
    if (cached !== undefined) return cached;
    const found = find(path);
    const result = found !== undefined && isDirectory(found.facts) ? found.layers : [];
    known.set(path, result);
    return result;
  };

  return {
    lookUp: (path) => find(path)?.facts,
    list(path) {
      const names = new Set(layersOf(trim(path)).flatMap((layer) => layers[layer]!.tree.list(path)));
      return [...names].filter((name) => find(`${trim(path)}/${name}`) !== undefined);
    },
  };
}

function trim(path: string): string {
  return path === '/' ? '' : path;
}

function dirname(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
