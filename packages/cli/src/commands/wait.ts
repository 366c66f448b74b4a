import { waitContainer } from '../engine/end-container.js';
import { withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon();

/** `mini wait`: prints the exit code of each; `unknown`, and fails, when nobody saw the end. */
export const runCommand = plainCommand({
  name: 'wait',
  options: OPTIONS,
  operands: { least: 1, called: 'the container' },
  async perform({ operands }, io, diagnostics) {
    let result = 0;
    for (const name of operands) {
      try {
        const exitCode = await waitContainer(name);
        io.writeOut(`${exitCode ?? 'unknown'}\n`);
        if (exitCode === undefined) result = 1;
      } catch (error) {
        diagnostics.error(error);
        result = 1;
      }
    }
    return result;
  },
});
