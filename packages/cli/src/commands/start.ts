import { RuntimeError } from '@mini/contracts';
import { type Engine, openEngine } from '../engine/engine.js';
import { selectContainers } from '../engine/life/list-containers.js';
import { startDetached } from '../engine/run.js';
import type { CommandIo } from './command.js';
import type { Arguments } from './command-line/read-arguments.js';
import { flag, list, withCommon } from './options/plain-option.js';
import { readStreams, STREAM_OPTIONS } from './options/streams.js';
import { parseFilter } from './parse/filter.js';
import { performOnEach, plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  flag('-a, --attach', 'Connect to its output and wait for its end'),
  flag('-i, --interactive', 'Connect to its standard input, and to its output too'),
  flag('--all', 'Start all that do not run'),
  list('-f, --filter', 'KEY=VALUE', 'Only those to which this applies; with --all'),
  ...STREAM_OPTIONS,
);

/** `mini start`. */
export const runCommand = plainCommand({
  name: 'start',
  options: OPTIONS,
  operands: { least: 0, called: 'the container' },
  perform(given, io, diagnostics) {
    assertOperands(given);
    if (given.has('attach') || given.has('interactive')) return startInForeground(given, io);
    const engine = openEngine();
    const names = given.has('all') ? listStopped(given, engine) : given.operands;
    return performOnEach(names, io, diagnostics, (name) => startDetached(name, engine));
  },
});

async function startInForeground(given: Arguments, io: CommandIo): Promise<number> {
  const [name = '', other] = given.operands;
  if (other !== undefined) {
    const message = 'failed to run mini start: only one container can be attached to';
    throw new RuntimeError({ code: 'bad-option', message });
  }
  const { startAttached } = await import('../engine/start-attached.js');
  const end = await startAttached(name, { ...readStreams(given), interactive: given.has('interactive') });
  if (end.detached) (await import('./announce-detach.js')).announceDetach(io);
  return end.exitCode;
}

/** `mini start --all` names no container, everything else does. */
function assertOperands({ operands, has, all }: Arguments): void {
  let reason: string | undefined;
  if (has('all') && operands.length > 0) reason = '--all and a container exclude each other';
  else if (!has('all') && operands.length === 0) reason = 'the container is missing';
  else if (!has('all') && all('filter').length > 0) reason = '--filter goes with --all';
  else if (has('all') && (has('attach') || has('interactive')))
    reason = 'only one container can be attached to';
  if (reason === undefined) return;
  throw new RuntimeError({
    code: 'bad-option',
    message: `failed to run mini start: ${reason}`,
    context: { hint: 'mini start --help shows how it is used' },
  });
}

function listStopped(given: Arguments, engine: Engine): string[] {
  const filters = given.parseAll('filter', parseFilter);
  return selectContainers({ all: true, filters }, engine)
    .filter(({ status }) => status === 'exited' || status === 'created')
    .map(({ container }) => container.name);
}
