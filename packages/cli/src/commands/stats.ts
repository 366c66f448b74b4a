import { isatty } from 'node:tty';
import { stats } from '../engine/life/stats.js';
import { formatList } from './lists/format-list.js';
import { describeStats, STATS_LIST } from './lists/stats-row.js';
import { flag, value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  flag('-a, --all', 'Show those that do not run too'),
  value('--format', 'FORMAT', 'json, table, or a template such as {{.Name}} {{.CPUPerc}}'),
  flag('--no-stream', 'Look once'),
  flag('--no-trunc', 'Whole ids'),
);

/** To the left upper corner, and nothing below: what was there is painted over. */
const CLEAR = '\x1b[H\x1b[J';

/** `mini stats`: looks again each second, on a terminal in the same place. */
export const runCommand = plainCommand({
  name: 'stats',
  options: OPTIONS,
  operands: { least: 0, called: 'the container' },
  async perform(given, io) {
    const isLooking = !given.has('no-stream');
    const format = given.get('format');
    const clear = isLooking && isatty(1) ? CLEAR : '';
    const request = { containers: given.operands, all: given.has('all') };
    for await (const used of stats(request)) {
      const rows = used.map((each) => describeStats(each, given.has('no-trunc')));
      io.writeOut(clear + formatList(STATS_LIST, rows, format));
      if (!isLooking) break;
    }
    return 0;
  },
});
