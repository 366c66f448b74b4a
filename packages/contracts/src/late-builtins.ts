import { createRequire } from 'node:module';

/*
 * Modules of the engine's own that few starts need. Node has them loaded anyway; under Bun each of these takes as long as
 * a third of the start of a container.
 */
const require = createRequire('/');

export function loadUtil(): typeof import('node:util') {
  return require('node:util');
}

export function loadChildProcess(): typeof import('node:child_process') {
  return require('node:child_process');
}
