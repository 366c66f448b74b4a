import { nativeKernel } from '@mini/runtime-core';
import type { OciCommand } from '../command.js';
import { toggle } from '../command-line/flag.js';
import { deleteContainer } from '../lifecycle/delete-container.js';
import { forEachId } from '../state/for-each-id.js';

/** `mini-oci delete`. */
export const deleteCommand: OciCommand = {
  flags: [
    toggle('f, force', 'kill the container first; one that does not exist is no fault'),
    toggle('r, regex', 'ID is a regular expression: delete all containers that it matches'),
  ],
  operands: { least: 1, most: 1 },
  async perform(given, context) {
    const remove = (each: string) => deleteContainer(nativeKernel(), context, each, given.is('force'));
    await forEachId(given, context.root, remove);
    return 0;
  },
};
