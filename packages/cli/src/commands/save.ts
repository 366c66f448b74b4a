import { saveImages } from '../engine/images/save-images.js';
import { value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';
import { Problem } from './problem.js';
import { writeArchive } from './write-archive.js';

const FORMATS = ['docker-archive', 'oci-archive'] as const;

export const OPTIONS = withCommon(
  value('-o, --output', 'FILE', 'Write to this file instead of stdout'),
  value('--format', 'FORMAT', `What is written: ${FORMATS.join(' or ')}`, FORMATS[0]),
);

/** `mini save`. */
export const runCommand = plainCommand({
  name: 'save',
  options: OPTIONS,
  operands: { least: 1, called: 'the image' },
  async perform(given) {
    const format = given.parse('format', readFormat);
    const archive = saveImages(given.operands, format);
    const names = given.operands.map((each) => `"${each}"`).join(', ');
    await writeArchive(archive, given.get('output'), `save ${names}`);
    return 0;
  },
});

function readFormat(text: string): (typeof FORMATS)[number] {
  const format = FORMATS.find((each) => each === text);
  if (format !== undefined) return format;
  throw new Problem(`it must be one of ${FORMATS.join(', ')}`);
}
