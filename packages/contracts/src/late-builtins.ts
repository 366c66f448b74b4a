/*
 * Modules of the engine's own that few starts need. Node has them loaded anyway; under Bun each of these takes as long as
 * a third of the start of a container. Nor is `node:module` imported for `createRequire`, which Node would have to load.
 */

export function loadUtil(): typeof import('node:util') {
  return process.getBuiltinModule('node:util');
}

export function loadChildProcess(): typeof import('node:child_process') {
  return process.getBuiltinModule('node:child_process');
}
