import { readFileSync } from 'node:fs';
import { type Resources, reasonOf } from '@mini/contracts';
import type { OciCommand } from '../command.js';
import { valued } from '../command-line/flag.js';
import { updateContainer } from '../lifecycle/update-container.js';
import { ociError, usageError } from '../oci-error.js';
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
    const resources = file === undefined || file === '' ? readResourceFlags(given) : readResources(file);
    const container = findContainer(context, given.operands[0]!, 'update');
    for (const note of updateContainer(container, resources)) context.log.warn(note);
    return 0;
  },
};

function readResources(file: string): Resources {
  let resources: unknown;
  try {
    resources = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw ociError('usage', `failed to read the limits "${file}": ${reasonOf(error)}`, { cause: error });
  }
  if (typeof resources !== 'object' || resources === null || Array.isArray(resources)) {
    throw usageError(`the limits "${file}" are no JSON object`);
  }
  return resources as Resources;
}
