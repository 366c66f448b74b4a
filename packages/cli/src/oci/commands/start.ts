import { nativeKernel } from '@mini/runtime-core';
import type { OciCommand } from '../command.js';
import { startContainer } from '../lifecycle/start-container.js';
import { findContainer } from '../state/find-container.js';

/** `mini-oci start`. */
export const startCommand: OciCommand = {
  flags: [],
  operands: { least: 1, most: 1 },
  async perform({ operands }, context) {
    await startContainer(nativeKernel(), findContainer(context, operands[0]!, 'start'));
    return 0;
  },
};
