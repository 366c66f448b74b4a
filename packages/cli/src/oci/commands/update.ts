import { parseResources } from '@mini/contracts/validation';
import { readDocument } from '../bundle.js';
import type { OciCommand } from '../command.js';
import { valued } from '../command-line/flag.js';
import { updateContainer } from '../lifecycle/update-container.js';
import { RESOURCE_FLAGS, readResourceFlags } from '../resource-flags.js';
import { findContainer } from '../state/find-container.js';

/** `mini-oci update`: other limits for a container. What is absent or 0 stays as it is. */
export const updateCommand: OciCommand = {
  flags: [
    valued(
      'r, resources',
      'FILE',
      'limits as JSON, from a file or "-" for stdin; other flags do not count then',
    ),
    ...RESOURCE_FLAGS,
  ],
  operands: { least: 1, most: 1 },
  perform(given, context) {
    const file = given.get('resources');
    const resources =
      file === undefined || file === ''
        ? readResourceFlags(given)
        : parseResources(readDocument(file), { name: file });
    const container = findContainer(context, given.operands[0]!, 'update');
    for (const note of updateContainer(container, resources)) context.log.warn(note);
    return 0;
  },
};
