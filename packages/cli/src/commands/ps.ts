import type { ListedContainer } from '../engine/life/filter-containers.js';
import { selectContainers } from '../engine/life/list-containers.js';
import { measureLayerBytes } from '../engine/life/sizes.js';
import type { Arguments } from './command-line/read-arguments.js';
import { CONTAINER_LIST, describeContainers } from './lists/container-row.js';
import { formatList } from './lists/format-list.js';
import { flag, list, value, withCommon } from './options/plain-option.js';
import { parseFilter } from './parse/filter.js';
import { parseInteger } from './parse/number.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  flag('-a, --all', 'Show those that do not run too'),
  list('-f, --filter', 'KEY=VALUE', 'Only those to which this applies'),
  value('--format', 'FORMAT', 'json, table, or a template such as {{.ID}} {{.Names}}'),
  value('-n, --last', 'NUMBER', 'Only the newest, whether they run or not'),
  flag('-l, --latest', 'Only the newest one, whether it runs or not'),
  flag('--no-trunc', 'Cut nothing short'),
  flag('-q, --quiet', 'Only ids'),
  flag('-s, --size', 'Show how much they have written too'),
  flag('--tree', 'Show the processes of each as a tree, with their pids outside and inside'),
);

/** `mini ps`. */
export const runCommand = plainCommand({
  name: 'ps',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  async perform(given, io, diagnostics) {
    let exitCode = 0;
    const onProblem = (_: string, error: Error) => {
      diagnostics.error(error);
      exitCode = 1;
    };
    // The default table and ids need the summaries alone.
    const records = ['tree', 'size'].some(given.has) || !/^(table)?$/.test(given.get('format') ?? '');
    const listed = selectContainers({ ...readSelection(given), records, onProblem });
    if (given.has('tree')) {
      const { showTrees } = await import('./lists/show-trees.js');
      io.writeOut(showTrees(listed, io.env));
    } else {
      io.writeOut(showList(listed, given));
    }
    return exitCode;
  },
});

function readSelection(given: Arguments) {
  const last = given.has('latest') ? 1 : given.parse('last', (text) => parseInteger(text, { least: -1 }));
  const filters = given.parseAll('filter', parseFilter);
  return { all: given.has('all'), filters, ...(last === undefined || last < 1 ? {} : { last }) };
}

function showList(listed: readonly ListedContainer[], given: Arguments): string {
  const isWhole = given.has('no-trunc');
  const format = given.get('format');
  // Measuring walks directories.
  const wantsSize = given.has('size') || format?.includes('.Size') === true;
  const measureBytes = ({ container }: ListedContainer) => (wantsSize ? measureLayerBytes(container) : 0);
  const options = { nowMs: Date.now(), isWhole, measureBytes };
  if (given.has('quiet') && format === undefined) {
    return listed.map(({ container: { id } }) => `${isWhole ? id : id.slice(0, 12)}\n`).join('');
  }
  const rows = describeContainers(listed, options);
  const table = given.has('size') ? `${CONTAINER_LIST.table}\t{{.Size}}` : CONTAINER_LIST.table;
  return formatList({ ...CONTAINER_LIST, table }, rows, format);
}
