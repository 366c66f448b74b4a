import type { OciCommand } from '../command.js';
import { resumeContainer } from '../lifecycle/pause-container.js';
import { findContainer } from '../state/find-container.js';

/** `mini-oci resume`. */
export const resumeCommand: OciCommand = {
  flags: [],
  operands: { least: 1, most: 1 },
  perform({ operands }, context) {
    resumeContainer(findContainer(context, operands[0]!, 'resume'));
    return 0;
  },
};
