import { isRuntimeError } from '@mini/contracts';
import { openEngine } from '../engine/engine.js';
import { removeImage } from '../engine/images/remove-image.js';
import { placeForImages } from '../engine/user-namespace/enter-namespace.js';
import { flag, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  flag('-f, --force', 'Also one with several names, or that stopped containers are made of'),
  flag('--no-prune', 'Keep untagged parents; there are none'),
);

/** `mini rmi`. */
export const runCommand = plainCommand({
  name: 'rmi',
  options: OPTIONS,
  operands: { least: 1, called: 'the image' },
  place: () => placeForImages(openEngine()),
  perform(given, io, diagnostics) {
    const force = given.has('force');
    let exitCode = 0;
    for (const text of given.operands) {
      try {
        for (const step of removeImage(text, { force })) {
          io.writeOut('untagged' in step ? `Untagged: ${step.untagged}\n` : `Deleted: ${step.deleted}\n`);
        }
      } catch (error) {
        diagnostics.error(error);
        // As docker: one that is not there is as good as removed.
        if (!force || !isRuntimeError(error) || error.code !== 'no-such-image') exitCode = 1;
      }
    }
    return exitCode;
  },
});
