import { pauseContainer } from '../engine/life/pause.js';
import { withCommon } from './options/plain-option.js';
import { performOnEach, plainCommand } from './plain-command.js';

export const OPTIONS = withCommon();

/** `mini pause`. */
export const runCommand = plainCommand({
  name: 'pause',
  options: OPTIONS,
  operands: { least: 1, called: 'the container' },
  perform: ({ operands }, io, diagnostics) =>
    performOnEach(operands, io, diagnostics, (name) => pauseContainer(name)),
});
