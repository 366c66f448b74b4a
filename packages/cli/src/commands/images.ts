import { filterImages, type ImageFilter, matchesReference } from '../engine/images/filter-images.js';
import { type ListedImage, listImages } from '../engine/images/list-images.js';
import type { Arguments } from './command-line/read-arguments.js';
import { formatList, type Row } from './lists/format-list.js';
import { describeImage, IMAGE_DIGEST_TABLE, IMAGE_LIST } from './lists/image-row.js';
import { flag, list, value, withCommon } from './options/plain-option.js';
import { parseFilter } from './parse/filter.js';
import { parseTimeMs } from './parse/time.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  flag('-a, --all', 'Show all; there are no intermediate ones to hide'),
  flag('--digests', 'Show the digests under which registries have them'),
  list('-f, --filter', 'KEY=VALUE', 'Only those to which this applies'),
  value('--format', 'FORMAT', 'json, table, or a template such as {{.ID}} {{.Repository}}'),
  flag('--no-trunc', 'Cut nothing short'),
  flag('-q, --quiet', 'Only ids'),
);

/** `mini images`. */
export const runCommand = plainCommand({
  name: 'images',
  options: OPTIONS,
  operands: { least: 0, most: 1, called: 'the repository' },
  perform(given, io) {
    const wanted = given.operands[0];
    const listed = filterImages(listImages(), given.parseAll('filter', parseImageFilter));
    const rows = listed.flatMap((each) => describeRows(each, given, wanted));
    io.writeOut(showRows(rows, given));
    return 0;
  },
});

/** Of an image with several names only those that are wanted. */
function describeRows(listed: ListedImage, given: Arguments, wanted: string | undefined): Row[] {
  const { image } = listed;
  const names =
    wanted === undefined ? image.names : image.names.filter((name) => matchesReference(name, wanted));
  if (wanted !== undefined && names.length === 0) return [];
  const options = { nowMs: Date.now(), isWhole: given.has('no-trunc') };
  return describeImage({ ...listed, image: { ...image, names } }, options);
}

function showRows(rows: readonly Row[], given: Arguments): string {
  const format = given.get('format');
  if (given.has('quiet') && format === undefined) {
    return [...new Set(rows.map(({ ID }) => ID as string))].map((id) => `${id}\n`).join('');
  }
  const table = given.has('digests') ? IMAGE_DIGEST_TABLE : IMAGE_LIST.table;
  return formatList({ ...IMAGE_LIST, table }, rows, format);
}

export function parseImageFilter(text: string): ImageFilter {
  const [key, given] = parseFilter(text);
  return [key, key === 'until' ? String(parseTimeMs(given, Date.now())) : given];
}
