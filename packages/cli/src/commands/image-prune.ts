import { openEngine } from '../engine/engine.js';
import { type PruneImagesResult, pruneImages } from '../engine/images/prune-images.js';
import { placeForImages } from '../engine/user-namespace/enter-namespace.js';
import { askToContinue } from './ask.js';
import { parseImageFilter } from './images.js';
import { describeSize } from './lists/human.js';
import { flag, list, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';
import { Problem } from './problem.js';

export const OPTIONS = withCommon(
  flag('-a, --all', 'Also those that have names, if no container is made of them'),
  flag('-f, --force', 'Do not ask'),
  list('--filter', 'KEY=VALUE', 'Only those to which this applies: label=…, until=TIME, dangling=…'),
);

/** `mini image prune`. */
export const runCommand = plainCommand({
  name: 'image prune',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  place: () => placeForImages(openEngine()),
  perform(given, io) {
    const filters = given.parseAll('filter', parsePruneFilter);
    const isDangling = filters.findLast(([key]) => key === 'dangling');
    const all = given.has('all') || (isDangling !== undefined && /^(?:0|f|false)$/i.test(isDangling[1]));
    const what = all ? 'all images without at least one container associated to them' : 'all dangling images';
    if (!given.has('force') && !askToContinue(`This will remove ${what}.`, io)) return 0;
    io.writeOut(showPruned(pruneImages({ all, filters: filters.filter(([key]) => key !== 'dangling') })));
    return 0;
  },
});

export function parsePruneFilter(text: string) {
  const filter = parseImageFilter(text);
  if (['label', 'until', 'dangling'].includes(filter[0])) return filter;
  throw new Problem('only "label", "until" and "dangling" are known here');
}

/** As docker prints it. */
export function showPruned({ steps, reclaimedBytes }: PruneImagesResult): string {
  return `${showPrunedImages(steps)}Total reclaimed space: ${describeSize(reclaimedBytes, 4)}\n`;
}

export function showPrunedImages(steps: PruneImagesResult['steps']): string {
  const lines = steps.map((step) =>
    'untagged' in step ? `untagged: ${step.untagged}\n` : `deleted: ${step.deleted}\n`,
  );
  return lines.length === 0 ? '' : `Deleted Images:\n${lines.join('')}\n`;
}
