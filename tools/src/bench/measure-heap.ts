import { fileURLToPath } from 'node:url';
import { measureRounds } from './rounds.js';
import { type BenchContext, formatSamples, mediansOf, type Section } from './section.js';
import { drivenProgram } from './sides/driven-program.js';
import { ratioTarget } from './targets.js';

const worker = fileURLToPath(new URL('heap-worker.js', import.meta.url));
const SMALL_MEGABYTES = 50;
const LARGE_MEGABYTES = 2048;
/** What two equal programs can differ by, one of them with colder caches. */
const MOST_GROWTH = 1.2;

const nameOf = (megabytes: number) => `spawn from ${megabytes} MB`;

/** The memory of a program that starts a container is not copied, whatever there is of it. */
export async function measureHeap({ scene, options }: BenchContext): Promise<Section> {
  const sides = [SMALL_MEGABYTES, LARGE_MEGABYTES].map((megabytes) =>
    drivenProgram(nameOf(megabytes), process.execPath, [worker, scene.root, String(megabytes)]),
  );
  try {
    const samples = await measureRounds(sides, { rounds: options.rounds, batch: 3, warmUps: 3 });
    const median = mediansOf(samples);
    const [small, large] = [median(nameOf(SMALL_MEGABYTES)), median(nameOf(LARGE_MEGABYTES))];
    return {
      title: 'The memory of the program that starts it',
      text: formatSamples(samples, nameOf(SMALL_MEGABYTES)),
      targets: [
        ratioTarget(
          `\`spawn\` from 2 GB takes at most ${MOST_GROWTH} times that from 50 MB`,
          large,
          small,
          MOST_GROWTH,
        ),
      ],
    };
  } finally {
    for (const side of sides) await side.close?.();
  }
}
