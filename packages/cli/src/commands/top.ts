import { withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';
export const OPTIONS = withCommon();
export const runCommand = plainCommand({
  name: 'top',
  options: OPTIONS,
  operands: { least: 0, called: '' },
  perform: () => 1,
});
