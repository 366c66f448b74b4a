import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cleanup } from './cleanup.js';
import type { Engine } from './engine.js';
import { makeDirectory } from './make-directory.js';
import { randomName } from './random-name.js';
import type { RunOptions } from './run-options.js';

/** One container in the store, as the engine works with it. */
export interface ContainerEntry {
  /** Full id, 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** Its own directory, mode 0700. */
  readonly directory: string;
  setProcess(pid: number): void;
  setExited(exit: { readonly exitCode: number; readonly oomKilled: boolean }): void;
  remove(): void;
}

/** Reserves id, name and directory; `undo` gives them back. Throws `RuntimeError` `no-directory`. */
export function reserveContainer({ paths }: Engine, { name }: RunOptions, undo: Cleanup): ContainerEntry {
  const id = randomBytes(32).toString('hex');
  const directory = join(paths.dataDirectory, 'containers', id);
  for (const path of [...Object.values(paths), directory]) makeDirectory(path);
  const remove = () => rmSync(directory, { recursive: true, force: true });
  undo.add(remove);
  return { id, name: name ?? randomName(), directory, setProcess() {}, setExited() {}, remove };
}
