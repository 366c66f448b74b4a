import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { miniCommand, miniStandalone } from '../workspace.js';
import { commandWithStore, withStore } from './private-store.js';
import { measureRounds } from './rounds.js';
import { type BenchContext, formatSamples, mediansOf, type Section } from './section.js';
import { formatTable } from './table.js';
import { surplusTarget } from './targets.js';

const FILL = fileURLToPath(new URL('fill-store.js', import.meta.url));
const COUNTS = [0, 200, 1000] as const;
const MOST_SURPLUS_MS = 30;
const EMPTY = 'node -e 0';
const PROGRAMS = [
  { name: 'mini ps -a', words: [process.execPath, miniCommand] },
  { name: 'mini ps -a, one file', words: [miniStandalone] },
] as const;
const [UNDER_NODE] = PROGRAMS;
const nameOf = ({ name }: { readonly name: string }, count: number) => `${name}, ${count} stopped`;

/** A list of stopped containers, against an empty program. Each has a store of its own in place of the machine's. */
export async function measurePs({ scene, options }: BenchContext): Promise<Section> {
  const storeOf = (count: number) => join(scene.directory, `store-${count}`);
  for (const count of COUNTS.filter((each) => each > 0)) {
    const [file, words] = withStore(storeOf(count), [process.execPath, FILL, scene.root, String(count)]);
    await execa(file, words);
  }
  const sides = [
    commandWithStore(EMPTY, storeOf(0), [process.execPath, '-e', '0']),
    ...PROGRAMS.flatMap((program) =>
      COUNTS.map((count) =>
        commandWithStore(nameOf(program, count), storeOf(count), [...program.words, 'ps', '-a']),
      ),
    ),
  ];
  const samples = await measureRounds(sides, { rounds: options.rounds, batch: 1, warmUps: 2 });
  const median = mediansOf(samples);
  const rows = PROGRAMS.flatMap((program) =>
    COUNTS.map((count) => {
      const eachUs = ((median(nameOf(program, count)) - median(nameOf(program, 0))) / count) * 1000;
      const surplusMs = median(nameOf(program, count)) - median(EMPTY);
      return [program.name, String(count), surplusMs.toFixed(1), count === 0 ? '' : eachUs.toFixed(1)];
    }),
  );
  const most = Math.max(...COUNTS);
  return {
    title: '`mini ps -a` of stopped containers',
    text: [
      formatSamples(samples, EMPTY),
      formatTable(['', 'containers', `ms over ${EMPTY}`, 'µs each'], rows),
    ].join('\n\n'),
    targets: [
      surplusTarget(
        `\`mini ps -a\` of ${most} stopped containers takes at most ${MOST_SURPLUS_MS} ms more than \`${EMPTY}\``,
        median(nameOf(UNDER_NODE, most)),
        median(EMPTY),
        MOST_SURPLUS_MS,
      ),
    ],
  };
}
