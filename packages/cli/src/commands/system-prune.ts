import { RuntimeError } from '@mini/contracts';
import { openEngine } from '../engine/engine.js';
import { pruneImages } from '../engine/images/prune-images.js';
import type { ContainerFilter } from '../engine/life/filter-containers.js';
import { pruneContainers } from '../engine/life/prune.js';
import { placeForImages } from '../engine/user-namespace/enter-namespace.js';
import { pruneVolumes } from '../engine/volumes/prune-volumes.js';
import { askToContinue } from './ask.js';
import { parsePruneFilter, showPrunedImages } from './image-prune.js';
import { describeSize } from './lists/human.js';
import { flag, list, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';
import { showPrunedVolumes } from './volume-prune.js';

export const OPTIONS = withCommon(
  flag('-a, --all', 'Also images that have names, if no container is made of them'),
  flag('-f, --force', 'Do not ask'),
  list('--filter', 'KEY=VALUE', 'Only what this applies to: label=…, until=TIME'),
  flag('--volumes', 'Also volumes that have no names'),
);

/** `mini system prune`: containers first, for images may be unused then. */
export const runCommand = plainCommand({
  name: 'system prune',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  place: () => placeForImages(openEngine()),
  async perform(given, io) {
    const filters = given.parseAll('filter', parsePruneFilter).filter(([key]) => key !== 'dangling');
    const all = given.has('all');
    const withVolumes = given.has('volumes');
    const until = filters.findLast(([key]) => key === 'until');
    if (withVolumes && until !== undefined) throw untilOfVolumes();
    if (!given.has('force') && !askToContinue(describeWork(all, withVolumes), io)) return 0;
    const labels: ContainerFilter[] = filters.filter(([key]) => key === 'label');
    const containers = await pruneContainers({
      filters: labels,
      ...(until === undefined ? {} : { untilMs: Number(until[1]) }),
    });
    const { ids } = containers;
    if (ids.length > 0) io.writeOut(`Deleted Containers:\n${ids.map((id) => `${id}\n`).join('')}\n`);
    const volumes = withVolumes ? await pruneVolumes({ filters: labels }) : { names: [], reclaimedBytes: 0 };
    io.writeOut(showPrunedVolumes(volumes.names));
    const images = pruneImages({ all, filters });
    io.writeOut(showPrunedImages(images.steps));
    const bytes = containers.reclaimedBytes + volumes.reclaimedBytes + images.reclaimedBytes;
    io.writeOut(`Total reclaimed space: ${describeSize(bytes, 4)}\n`);
    return 0;
  },
});

/** Nobody notes when a volume was used last. */
function untilOfVolumes(): RuntimeError<'bad-option'> {
  return new RuntimeError({
    code: 'bad-option',
    message: 'failed to parse --filter "until": it excludes --volumes',
  });
}

function describeWork(all: boolean, withVolumes: boolean): string {
  const images = all ? 'all images without at least one container associated to them' : 'all dangling images';
  const work = [
    'all stopped containers',
    ...(withVolumes ? ['all anonymous volumes not used by at least one container'] : []),
    images,
  ];
  return `This will remove:\n${work.map((each) => `  - ${each}\n`).join('')}`;
}
