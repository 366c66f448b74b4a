import { openEngine } from '../engine/engine.js';
import { commitContainer } from '../engine/images/commit-container.js';
import { placeForFiles, placeForImages } from '../engine/user-namespace/enter-namespace.js';
import { flag, list, value, withCommon } from './options/plain-option.js';
import { parseBoolean } from './parse/number.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  value('-a, --author', 'NAME', 'Who made the image'),
  list(
    '-c, --change',
    'INSTRUCTION',
    'Change the config by an instruction of a Dockerfile, such as CMD ["sh"]',
  ),
  value('-m, --message', 'TEXT', 'What the history of the image says'),
  flag('-p, --pause', 'Stop the processes of the container meanwhile; on unless --pause=false'),
  flag('-q, --quiet', 'Say nothing while it is made'),
);

/** `mini commit`: prints the image's id. */
export const runCommand = plainCommand({
  name: 'commit',
  options: OPTIONS,
  operands: { least: 1, most: 2, called: 'the container' },
  place({ operands }) {
    const engine = openEngine();
    return placeForFiles(engine, operands[0]!) ?? placeForImages(engine);
  },
  async perform(given, io) {
    const [container = '', name] = given.operands;
    const [author, message] = [given.get('author'), given.get('message')];
    const image = await commitContainer(container, {
      changes: given.all('change'),
      pause: given.parse('pause', parseBoolean) ?? true,
      ...(name === undefined ? {} : { name }),
      ...(author === undefined ? {} : { author }),
      ...(message === undefined ? {} : { message }),
    });
    io.writeOut(`${image.about?.id}\n`);
    return 0;
  },
});
