import { exportContainer } from '../engine/copy/export.js';
import { openEngine } from '../engine/engine.js';
import { placeForFiles } from '../engine/user-namespace/enter-namespace.js';
import { value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';
import { writeArchive } from './write-archive.js';

export const OPTIONS = withCommon(value('-o, --output', 'FILE', 'Write to this file instead of stdout'));

/** `mini export`: the root file system of a container as a tar archive. */
export const runCommand = plainCommand({
  name: 'export',
  options: OPTIONS,
  operands: { least: 1, most: 1, called: 'the container' },
  place: ({ operands }) => placeForFiles(openEngine(), operands[0]!),
  async perform(given) {
    const container = given.operands[0]!;
    await writeArchive(exportContainer(container), given.get('output'), `export container "${container}"`);
    return 0;
  },
});
