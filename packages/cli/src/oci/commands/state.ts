import type { OciCommand } from '../command.js';
import { describeState } from '../state/describe-state.js';
import { findContainer } from '../state/find-container.js';

/** `mini-oci state`. */
export const stateCommand: OciCommand = {
  flags: [],
  operands: { least: 1, most: 1 },
  perform({ operands }, context) {
    const container = findContainer(context, operands[0]!, 'read the state of');
    context.writeOut(`${JSON.stringify(describeState(container), null, 2)}\n`);
    return 0;
  },
};
