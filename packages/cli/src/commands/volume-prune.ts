import type { VolumeFilter } from '../engine/volumes/filter-volumes.js';
import { pruneVolumes } from '../engine/volumes/prune-volumes.js';
import { askToContinue } from './ask.js';
import { describeSize } from './lists/human.js';
import { flag, list, withCommon } from './options/plain-option.js';
import { parseFilter } from './parse/filter.js';
import { parseBoolean } from './parse/number.js';
import { plainCommand } from './plain-command.js';
import { Problem } from './problem.js';

export const OPTIONS = withCommon(
  flag('-a, --all', 'Also those that have names'),
  flag('-f, --force', 'Do not ask'),
  list('--filter', 'KEY=VALUE', 'Only those to which this applies: label=…, label!=…'),
);

/** `mini volume prune`. */
export const runCommand = plainCommand({
  name: 'volume prune',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  async perform(given, io) {
    const filters = given.parseAll('filter', parsePruneFilter);
    const asksForAll = filters.findLast(([key]) => key === 'all');
    const all = given.has('all') || (asksForAll !== undefined && parseBoolean(asksForAll[1]));
    const what = all ? 'all local volumes' : 'anonymous local volumes';
    const warning = `This will remove ${what} not used by at least one container.`;
    if (!given.has('force') && !askToContinue(warning, io)) return 0;
    const { names, reclaimedBytes } = await pruneVolumes({
      all,
      filters: filters.filter(([key]) => key !== 'all'),
    });
    io.writeOut(showPrunedVolumes(names));
    io.writeOut(`Total reclaimed space: ${describeSize(reclaimedBytes, 4)}\n`);
    return 0;
  },
});

function parsePruneFilter(text: string): VolumeFilter {
  const filter = parseFilter(text);
  if (filter[0] === 'all') parseBoolean(filter[1]);
  if (['label', 'label!', 'all'].includes(filter[0])) return filter;
  throw new Problem('only "label", "label!" and "all" are known here');
}

export function showPrunedVolumes(names: readonly string[]): string {
  return names.length === 0 ? '' : `Deleted Volumes:\n${names.map((name) => `${name}\n`).join('')}\n`;
}
