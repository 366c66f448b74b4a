import type { OciCommand } from '../command.js';
import { pauseContainer } from '../lifecycle/pause-container.js';
import { findContainer } from '../state/find-container.js';

/** `mini-oci pause`. */
export const pauseCommand: OciCommand = {
  flags: [],
  operands: { least: 1, most: 1 },
  perform({ operands }, context) {
    pauseContainer(findContainer(context, operands[0]!, 'pause'));
    return 0;
  },
};
