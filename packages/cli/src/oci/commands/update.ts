import { parseResources } from '@mini/contracts/validation';
import { nativeKernel } from '@mini/runtime-core';
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
  detail: `The file of --resources has the form of linux.resources in config.json; what is absent or 0 stays as it is:
  {"memory": {"limit": 0, "reservation": 0, "swap": 0},
   "cpu": {"shares": 0, "quota": 0, "period": 0, "burst": 0, "cpus": "", "mems": ""},
   "pids": {"limit": 0}, "blockIO": {"weight": 0}}
An update that fails leaves all limits as they were.`,
  operands: { least: 1, most: 1 },
  async perform(given, context) {
    const file = given.get('resources');
    const resources =
      file === undefined || file === ''
        ? readResourceFlags(given)
        : parseResources(readDocument(file), { name: file });
    const container = findContainer(context, given.operands[0]!, 'update');
    for (const note of await updateContainer(nativeKernel(), container, resources)) context.log.warn(note);
    return 0;
  },
};
