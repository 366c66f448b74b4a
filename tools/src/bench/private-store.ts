import { mkdirSync } from 'node:fs';
import type { Side } from './side.js';
import { command } from './sides/command.js';

const SCRIPT = 'mkdir -p /var/lib/mini && mount --bind "$0" /var/lib/mini && exec "$@"';

/** A program and its words, as it sees a directory in place of the machine's store. To be handed to a spawn. */
export function withStore(store: string, words: readonly string[]): readonly [file: string, words: string[]] {
  mkdirSync(store, { recursive: true, mode: 0o700 });
  return ['unshare', ['--mount', '--propagation', 'private', 'sh', '-c', SCRIPT, store, ...words]];
}

/** `command` with a store of its own. */
export function commandWithStore(name: string, store: string, words: readonly string[]): Side {
  const [file, rest] = withStore(store, words);
  return command(name, file, rest);
}
