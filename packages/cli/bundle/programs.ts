/** One command of the package, bundled by itself. */
export interface Program {
  /** Of its own files in dist/bin. */
  readonly starter: string;
  readonly hot: string;
  readonly chunks: string;
  /** The program that loads the hot path, and what is at the beginning of that. */
  readonly start: string;
  readonly main: string;
  /** Read, compiled and cached as one file, for each file costs a fifth of a millisecond. */
  readonly hotPath: readonly string[];
  readonly head: string;
}

/**
 * What makes an entry a command: to a shell the second line is `: //; exec node …`, to Node a string and a comment. Not
 * `#!/usr/bin/env node`, for without the `--` Node takes `--env-file` for its own wherever it stands, and `env -S` is
 * not everywhere.
 */
const COMMAND_HEAD = '#!/bin/sh\n":" //; exec node -- "$0" "$@"';

/** Engines call their runtime by its path and without PATH: Node may lie beside it, as `npm install -g` puts it. */
const RUNTIME_HEAD = ['#!/bin/sh', '":" //; PATH="$PATH:$' + '{0%/*}" exec node -- "$0" "$@"'].join('\n');

export const MINI: Program = {
  starter: 'mini.cjs',
  hot: 'hot.cjs',
  chunks: '[name]-[hash]',
  start: 'dist/src/bin/mini.js',
  main: 'dist/src/main.js',
  // What `mini run` passes through, of an image that is here too; and the commands that scripts call all day.
  hotPath: [
    'dist/src/main.js',
    'dist/src/commands/run.js',
    'dist/src/engine/run-engine.js',
    'dist/src/engine/images/hold-image.js',
    ...['create', 'exec', 'kill', 'ps', 'rm', 'start', 'stop', 'wait'].map(
      (name) => `dist/src/commands/${name}.js`,
    ),
  ],
  head: COMMAND_HEAD,
};

export const MINI_OCI: Program = {
  starter: 'mini-oci.cjs',
  hot: 'oci-hot.cjs',
  chunks: 'oci-[name]-[hash]',
  start: 'dist/src/bin/mini-oci.js',
  main: 'dist/src/oci/oci-main.js',
  // What engines call for every container.
  hotPath: [
    'dist/src/oci/oci-main.js',
    ...['create', 'start', 'state', 'kill', 'delete', 'exec', 'run'].map(
      (name) => `dist/src/oci/commands/${name}.js`,
    ),
  ],
  head: RUNTIME_HEAD,
};
