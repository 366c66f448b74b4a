import { pruneImages } from '../engine/images/prune-images.js';
import type { ContainerFilter } from '../engine/life/filter-containers.js';
import { pruneContainers } from '../engine/life/prune.js';
import { askToContinue } from './ask.js';
import { parsePruneFilter, showPrunedImages } from './image-prune.js';
import { describeSize } from './lists/human.js';
import { flag, list, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  flag('-a, --all', 'Also images that have names, if no container is made of them'),
  flag('-f, --force', 'Do not ask'),
  list('--filter', 'KEY=VALUE', 'Only what this applies to: label=…, until=TIME'),
);

/** `mini system prune`: containers first, for images may be unused then. */
export const runCommand = plainCommand({
  name: 'system prune',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  async perform(given, io) {
    const filters = given.parseAll('filter', parsePruneFilter).filter(([key]) => key !== 'dangling');
    const all = given.has('all');
    if (!given.has('force') && !askToContinue(describeWork(all), io)) return 0;
    const until = filters.findLast(([key]) => key === 'until');
    const labels: ContainerFilter[] = filters.filter(([key]) => key === 'label');
    const containers = await pruneContainers({
      filters: labels,
      ...(until === undefined ? {} : { untilMs: Number(until[1]) }),
    });
    const images = pruneImages({ all, filters });
    const { ids } = containers;
    if (ids.length > 0) io.writeOut(`Deleted Containers:\n${ids.map((id) => `${id}\n`).join('')}\n`);
    io.writeOut(showPrunedImages(images.steps));
    const bytes = containers.reclaimedBytes + images.reclaimedBytes;
    io.writeOut(`Total reclaimed space: ${describeSize(bytes, 4)}\n`);
    return 0;
  },
});

function describeWork(all: boolean): string {
  const images = all ? 'all images without at least one container associated to them' : 'all dangling images';
  return `This will remove:\n  - all stopped containers\n  - ${images}\n`;
}
