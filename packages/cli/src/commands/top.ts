import { listTop } from '../engine/life/top.js';
import { alignColumns } from './lists/align-columns.js';
import { withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon();

/** docker gives the columns of this table more room. */
const WIDTH = { least: 20, gap: 3 };

/** `mini top`: what follows the container are words of ps(1). */
export const runCommand = plainCommand({
  name: 'top',
  options: OPTIONS,
  operands: { least: 1, called: 'the container' },
  stopsAtOperand: true,
  perform({ operands: [container = '', ...words] }, io) {
    const { Titles, Processes } = listTop(container, words);
    io.writeOut(
      alignColumns(
        [Titles, ...Processes].map((cells) => cells.join('\t')),
        WIDTH,
      ),
    );
    return 0;
  },
});
