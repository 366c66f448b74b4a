import { isRuntimeError } from '@mini/contracts';
import { alignColumns } from '../../commands/lists/align-columns.js';
import type { OciCommand } from '../command.js';
import { toggle, valued } from '../command-line/flag.js';
import type { OciContext } from '../context.js';
import { usageError } from '../oci-error.js';
import { describeState, type OciState } from '../state/describe-state.js';
import { findContainer } from '../state/find-container.js';
import { listIds } from '../state/list-ids.js';

const HEADING = 'ID\tPID\tSTATUS\tBUNDLE\tCREATED\tOWNER';
/** As runc's tables have it. */
const LEAST_COLUMNS = 12;

/** `mini-oci list`: the containers below the root directory. */
export const listCommand: OciCommand = {
  flags: [valued('f, format', 'table|json', 'how to print them (table)'), toggle('q, quiet', 'ids alone')],
  operands: { least: 0, most: 0 },
  perform(given, context) {
    const format = given.get('format') ?? 'table';
    if (format !== 'table' && format !== 'json') throw usageError(`invalid format "${format}"`);
    const states = listStates(context);
    if (given.is('quiet')) context.writeOut(states.map(({ id }) => `${id}\n`).join(''));
    else if (format === 'json') context.writeOut(`${JSON.stringify(states)}\n`);
    else context.writeOut(alignColumns([HEADING, ...states.map(toRow)], { least: LEAST_COLUMNS }));
    return 0;
  },
};

/** One that cannot be read must not hide the others; one that is deleted meanwhile is no fault. */
function listStates(context: OciContext): OciState[] {
  return listIds(context.root).flatMap((id) => {
    try {
      return [describeState(findContainer(context, id, 'read the state of'))];
    } catch (error) {
      if (!isRuntimeError(error)) throw error;
      if (error.code !== 'container-missing') context.log.warn(error.message);
      return [];
    }
  });
}

function toRow({ id, pid, status, bundle, created, owner }: OciState): string {
  return [id, pid, status, bundle, created, owner].join('\t');
}
