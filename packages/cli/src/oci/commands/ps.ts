import { spawnSync } from 'node:child_process';
import { reasonOf } from '@mini/contracts';
import type { OciCommand } from '../command.js';
import { valued } from '../command-line/flag.js';
import { groupOf } from '../lifecycle/pause-container.js';
import { ociError, usageError } from '../oci-error.js';
import { findContainer } from '../state/find-container.js';

/** What ps(1) is called with when nobody says. */
const DEFAULT_WORDS = ['-ef'];

/** `mini-oci ps`: the processes of a container, as the host numbers them. */
export const psCommand: OciCommand = {
  flags: [valued('f, format', 'table|json', 'a table of ps(1), or an array of pids (table)')],
  operands: { least: 1, most: Infinity, stopAt: 1 },
  perform(given, context) {
    const format = given.get('format') ?? 'table';
    if (format !== 'table' && format !== 'json') throw usageError(`invalid format "${format}"`);
    const [id = '', ...words] = given.operands;
    const { record } = findContainer(context, id, 'list the processes of');
    const pids = groupOf(record, 'list the processes of').pids();
    context.writeOut(
      format === 'json' ? `${JSON.stringify(pids)}\n` : selectLines(runPs(words), new Set(pids)),
    );
    return 0;
  },
};

function runPs(words: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync('ps', words.length > 0 ? words : DEFAULT_WORDS, {
    encoding: 'utf8',
  });
  const reason = error === undefined ? stderr.trim() : reasonOf(error);
  if (error !== undefined || status !== 0) throw ociError('usage', `failed to run ps(1): ${reason}`);
  return stdout;
}

/** The heading, and the lines of these processes. */
function selectLines(table: string, pids: ReadonlySet<number>): string {
  const [heading = '', ...lines] = table.split('\n');
  const column = heading.trim().split(/\s+/).indexOf('PID');
  if (column < 0) throw usageError('ps(1) was asked for a table without a column "PID"');
  const selected = lines.filter((line) => pids.has(Number(line.trim().split(/\s+/)[column])));
  return [heading, ...selected].map((line) => `${line}\n`).join('');
}
