import { nativeKernel } from '@mini/runtime-core';
import type { OciCommand } from '../command.js';
import { toggle } from '../command-line/flag.js';
import { deleteContainer } from '../lifecycle/delete-container.js';

/** `mini-oci delete`. */
export const deleteCommand: OciCommand = {
  flags: [toggle('f, force', 'kill the container first; one that does not exist is no fault')],
  operands: { least: 1, most: 1 },
  perform(given, context) {
    deleteContainer(nativeKernel(), context, given.operands[0]!, given.is('force'));
    return 0;
  },
};
