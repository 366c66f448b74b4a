import { openCgroup, readAccounts } from '@mini/cgroup-manager';
import { formatJson } from '@mini/contracts/validation';
import { cgroupLayout } from '../cgroup-layout.js';
import type { OciCommand } from '../command.js';
import { toggle, valued } from '../command-line/flag.js';
import { describeStats } from '../describe-stats.js';
import { groupOf } from '../lifecycle/pause-container.js';
import { ociError, usageError } from '../oci-error.js';
import { findContainer } from '../state/find-container.js';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** How often the end of the container and the kernel's counts of OOM kills are looked at. */
const MOST_PAUSE_MS = 500;

/** `mini-oci events`: accounts of a container, once with `--stats`, else again and again until it has stopped. */
export const eventsCommand: OciCommand = {
  flags: [
    valued('interval', 'TIME', 'time between accounts, such as 500ms or 5s (5s)'),
    toggle('stats', 'one account, then leave'),
  ],
  operands: { least: 1, most: 1 },
  async perform(given, context) {
    const id = given.operands[0]!;
    const intervalMs = parseInterval(given.get('interval') ?? '5s');
    const find = () => findContainer(context, id, 'watch');
    const { record, status } = find();
    if (status === 'stopped') {
      throw ociError(
        'container-not-running',
        `failed to watch container "${id}": container with id ${id} is not running`,
      );
    }
    const group = groupOf(record, 'watch');
    const print = (type: string, data?: unknown) => context.writeOut(`${formatJson({ type, id, data })}\n`);
    const account = () => print('stats', describeStats(readAccounts(group)));
    if (given.is('stats')) {
      account();
      return 0;
    }
    let kills = 0;
    let nextMs = Date.now() + intervalMs;
    while (find().status !== 'stopped') {
      await new Promise((resolve) => setTimeout(resolve, Math.min(intervalMs, MOST_PAUSE_MS)));
      const counted = openCgroup(cgroupLayout(), group.path)?.oomKillCount() ?? kills;
      for (; kills < counted; kills += 1) print('oom');
      if (Date.now() < nextMs) continue;
      nextMs += intervalMs;
      if (find().status !== 'stopped') account();
    }
    return 0;
  },
};

function parseInterval(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(amount) * (UNIT_MS[unit] ?? 0);
  if (!(ms > 0)) throw usageError('duration interval must be greater than 0');
  return ms;
}
