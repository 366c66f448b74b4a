import { isatty } from 'node:tty';
import { RuntimeError } from '@mini/contracts';
import { openEngine } from '../engine/engine.js';
import { importImage } from '../engine/images/import-image.js';
import { placeForImages } from '../engine/user-namespace/enter-namespace.js';
import { list, value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  list(
    '-c, --change',
    'INSTRUCTION',
    'Change the config by an instruction of a Dockerfile, such as CMD ["sh"]',
  ),
  value('-m, --message', 'TEXT', 'What the history of the image says'),
);

/** `mini import`: prints the image's id. */
export const runCommand = plainCommand({
  name: 'import',
  options: OPTIONS,
  operands: { least: 1, most: 2, called: 'the archive' },
  place: () => placeForImages(openEngine()),
  async perform(given, io) {
    const [path = '-', name] = given.operands;
    if (path === '-' && isatty(0)) throw noArchive();
    const message = given.get('message');
    const image = await importImage(path, {
      changes: given.all('change'),
      ...(name === undefined ? {} : { name }),
      ...(message === undefined ? {} : { message }),
    });
    io.writeOut(`${image.about?.id}\n`);
    return 0;
  },
});

function noArchive(): RuntimeError {
  return new RuntimeError({
    code: 'bad-option',
    message: 'failed to import "stdin": it is a terminal',
    context: { hint: 'send it an archive' },
  });
}
