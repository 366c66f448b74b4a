import { tagImage } from '../engine/images/tag-image.js';
import { withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon();

/** `mini tag`. */
export const runCommand = plainCommand({
  name: 'tag',
  options: OPTIONS,
  operands: { least: 2, most: 2, called: 'the image or its new name' },
  perform({ operands: [image = '', name = ''] }) {
    tagImage(image, name);
    return 0;
  },
});
