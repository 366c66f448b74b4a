import { logOut, parseRegistry, processEnvironment } from '@mini/image-store/registry';
import { withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon();

/** `mini logout`. */
export const runCommand = plainCommand({
  name: 'logout',
  options: OPTIONS,
  operands: { least: 0, most: 1, called: 'the registry' },
  async perform({ operands: [text] }, io) {
    const registry = parseRegistry(text);
    const had = await logOut(registry, processEnvironment(io.env));
    io.writeOut(had ? `Removing login credentials for ${registry}\n` : `Not logged in to ${registry}\n`);
    return 0;
  },
});
