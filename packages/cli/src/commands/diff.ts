import { diffContainer } from '../engine/diff/diff.js';
import { openEngine } from '../engine/engine.js';
import { placeForImages } from '../engine/user-namespace/enter-namespace.js';
import { formatList } from './lists/format-list.js';
import { value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  value('--format', 'FORMAT', 'json, table, or a template such as {{.Type}} {{.Path}}'),
);

const HEADINGS = { Type: 'CHANGE TYPE', Path: 'PATH' };
const TABLE = 'table {{.Type}}\t{{.Path}}';

/** `mini diff`: a line for each file, `C` changed, `A` added, `D` deleted. */
export const runCommand = plainCommand({
  name: 'diff',
  options: OPTIONS,
  operands: { least: 1, most: 1, called: 'the container' },
  place: () => placeForImages(openEngine()),
  perform(given, io) {
    const rows = diffContainer(given.operands[0]!).map(({ type, path }) => ({ Type: type, Path: path }));
    const format = given.get('format') || '{{.Type}} {{.Path}}';
    io.writeOut(formatList({ headings: HEADINGS, table: TABLE }, rows, format));
    return 0;
  },
});
