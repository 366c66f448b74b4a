import type { ContainerFilter } from '../engine/life/filter-containers.js';
import { pruneContainers } from '../engine/life/prune.js';
import { askToContinue } from './ask.js';
import { describeSize } from './lists/human.js';
import { flag, list, withCommon } from './options/plain-option.js';
import { parseFilter } from './parse/filter.js';
import { parseTimeMs } from './parse/time.js';
import { plainCommand } from './plain-command.js';
import { Problem } from './problem.js';

export const OPTIONS = withCommon(
  flag('-f, --force', 'Do not ask'),
  list('--filter', 'KEY=VALUE', 'Only those to which this applies: label=…, until=TIME'),
);

/** `mini container prune`. */
export const runCommand = plainCommand({
  name: 'container prune',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  async perform(given, io) {
    const filters = given.parseAll('filter', parsePruneFilter);
    const until = filters.findLast((filter): filter is number => typeof filter === 'number');
    const labels = filters.filter((filter): filter is ContainerFilter => typeof filter !== 'number');
    const isSure = given.has('force') || askToContinue('This will remove all stopped containers.', io);
    if (!isSure) return 0;
    const { ids, reclaimedBytes } = await pruneContainers({
      filters: labels,
      ...(until === undefined ? {} : { untilMs: until }),
    });
    if (ids.length > 0) io.writeOut(`Deleted Containers:\n${ids.map((id) => `${id}\n`).join('')}\n`);
    io.writeOut(`Total reclaimed space: ${describeSize(reclaimedBytes, 4)}\n`);
    return 0;
  },
});

/** A time for `until`, else a filter. */
function parsePruneFilter(text: string): ContainerFilter | number {
  const [key, value] = parseFilter(text);
  if (key === 'until') return parseTimeMs(value, Date.now());
  if (key === 'label') return [key, value];
  throw new Problem('only "label" and "until" are known here');
}
