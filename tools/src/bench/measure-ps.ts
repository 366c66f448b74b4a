import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { workspaceRoot } from '../workspace.js';
import { measureRounds } from './rounds.js';
import { type BenchContext, formatSamples, mediansOf, type Section } from './section.js';
import { command } from './sides/command.js';
import { formatTable } from './table.js';
import { surplusTarget } from './targets.js';

const MINI = join(workspaceRoot, 'packages/cli/dist/bin/mini.cjs');
const FILL = fileURLToPath(new URL('fill-store.js', import.meta.url));
const COUNTS = [0, 200, 1000] as const;
const MOST_SURPLUS_MS = 30;
const EMPTY = 'node -e 0';
const nameOf = (count: number) => `mini ps -a, ${count} stopped`;

/** A list of stopped containers, against an empty program. Each has a store of its own in place of the machine's. */
export async function measurePs({ scene, options }: BenchContext): Promise<Section> {
  const within = (count: number, ...words: string[]) => {
    const store = join(scene.directory, `store-${count}`);
    mkdirSync(store, { recursive: true, mode: 0o700 });
    const script = 'mkdir -p /var/lib/mini && mount --bind "$0" /var/lib/mini && exec "$@"';
    return ['--mount', '--propagation', 'private', 'sh', '-c', script, store, process.execPath, ...words];
  };
  for (const count of COUNTS.filter((each) => each > 0)) {
    await execa('unshare', within(count, FILL, scene.root, String(count)));
  }
  const sides = [
    command(EMPTY, 'unshare', within(0, '-e', '0')),
    ...COUNTS.map((count) => command(nameOf(count), 'unshare', within(count, MINI, 'ps', '-a'))),
  ];
  const samples = await measureRounds(sides, { rounds: options.rounds, batch: 1, warmUps: 2 });
  const median = mediansOf(samples);
  const rows = COUNTS.map((count) => {
    const eachUs = ((median(nameOf(count)) - median(nameOf(0))) / count) * 1000;
    const surplusMs = median(nameOf(count)) - median(EMPTY);
    return [String(count), surplusMs.toFixed(1), count === 0 ? '' : eachUs.toFixed(1)];
  });
  const most = Math.max(...COUNTS);
  return {
    title: '`mini ps -a` of stopped containers',
    text: [
      formatSamples(samples, EMPTY),
      formatTable(['containers', `ms over ${EMPTY}`, 'µs each'], rows),
    ].join('\n\n'),
    targets: [
      surplusTarget(
        `\`mini ps -a\` of ${most} stopped containers takes at most ${MOST_SURPLUS_MS} ms more than \`${EMPTY}\``,
        median(nameOf(most)),
        median(EMPTY),
        MOST_SURPLUS_MS,
      ),
    ],
  };
}
