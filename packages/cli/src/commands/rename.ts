import { renameContainer } from '../engine/life/rename.js';
import { withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon();

/** `mini rename`. */
export const runCommand = plainCommand({
  name: 'rename',
  options: OPTIONS,
  operands: { least: 2, most: 2, called: 'the container or its new name' },
  perform({ operands: [container, name] }) {
    renameContainer(container!, name!);
    return 0;
  },
});
