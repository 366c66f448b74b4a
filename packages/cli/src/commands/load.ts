import { isatty } from 'node:tty';
import { RuntimeError } from '@mini/contracts';
import { familiarForm } from '@mini/image-store/read';
import { openEngine } from '../engine/engine.js';
import { loadImages } from '../engine/images/load-images.js';
import { placeForImages } from '../engine/user-namespace/enter-namespace.js';
import { flag, value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  value('-i, --input', 'FILE', 'Read this archive instead of stdin'),
  flag('-q, --quiet', 'Say nothing while it is read'),
);

/** `mini load`. */
export const runCommand = plainCommand({
  name: 'load',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  place: () => placeForImages(openEngine()),
  async perform(given, io) {
    const input = given.get('input') ?? '-';
    if (input === '-' && isatty(0)) throw noArchive();
    for (const { image, names } of await loadImages(input)) {
      for (const name of names) io.writeOut(`Loaded image: ${familiarForm(name)}\n`);
      if (names.length === 0) io.writeOut(`Loaded image ID: ${image.about?.id}\n`);
    }
    return 0;
  },
});

function noArchive(): RuntimeError {
  return new RuntimeError({
    code: 'bad-option',
    message: 'failed to load images: stdin is a terminal',
    context: { hint: 'use -i FILE, or send it an archive' },
  });
}
