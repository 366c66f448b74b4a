import { nativeKernel } from '@mini/runtime-core';
import type { OciCommand } from '../command.js';
import { toggle } from '../command-line/flag.js';
import { runContainer } from '../lifecycle/run-container.js';
import { CREATE_FLAGS, readCreateRequest } from './create.js';

/** `mini-oci run`: `create`, `start`, and in the foreground `delete` at the end. */
export const runCommand: OciCommand = {
  flags: [
    ...CREATE_FLAGS,
    toggle('d, detach', 'leave the container running'),
    toggle('keep', 'leave the container, stopped, when it has ended'),
  ],
  operands: { least: 1, most: 1 },
  perform: (given, context) =>
    runContainer(nativeKernel(), context, {
      ...readCreateRequest(given, context),
      detach: given.is('detach'),
      keep: given.is('keep'),
    }),
};
