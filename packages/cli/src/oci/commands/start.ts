import { nativeKernel } from '@mini/runtime-core';
import type { OciCommand } from '../command.js';
import { runPoststartOfStart } from '../lifecycle/late-hooks.js';
import { startContainer } from '../lifecycle/start-container.js';
import { findContainer } from '../state/find-container.js';

/** `mini-oci start`. */
export const startCommand: OciCommand = {
  flags: [],
  operands: { least: 1, most: 1 },
  async perform({ operands }, context) {
    const kernel = nativeKernel();
    const container = findContainer(context, operands[0]!, 'start');
    await startContainer(kernel, container);
    runPoststartOfStart(kernel, container.record, context.log);
    return 0;
  },
};
