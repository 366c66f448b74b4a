import { BUSYBOX } from '../scene.js';
import type { BenchContext } from '../section.js';
import { timeProgram } from '../side.js';
import { quantile } from '../statistics.js';
import { formatTable } from '../table.js';
import { surplusTarget } from '../targets.js';
import { LIFE, type LifeCommand, timeCommands } from './lifecycle.js';
import { type Runtime, UNDER_NODE } from './runtimes.js';

const MOST_SURPLUS_MS = 15;

/** Each command of a container's life, and beside them what Node takes for nothing. */
export async function measureCommands({ scene, options }: BenchContext, runtimes: readonly Runtime[]) {
  const node = runtimes.find(({ name }) => name === UNDER_NODE)!;
  const samples = new Map(runtimes.map(({ name }) => [name, [] as Readonly<Record<LifeCommand, number>>[]]));
  const empty: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    empty.push(await timeProgram(node.file, ['-e', '0']));
    for (const runtime of runtimes) {
      const id = `mini-bench-life-${runtime.name.replace(/\W+/g, '-')}-${process.pid}`;
      const bundle = scene.makeBundle(id, [BUSYBOX, 'sleep', '1000']);
      samples.get(runtime.name)!.push(await timeCommands(runtime, bundle, id));
    }
  }
  const median = (name: string, command: LifeCommand) =>
    quantile(
      samples.get(name)!.map((each) => each[command]),
      0.5,
    );
  const emptyMs = quantile(empty, 0.5);
  const rows = runtimes.map(({ name }) => [name, ...LIFE.map((each) => median(name, each).toFixed(2))]);
  const table = formatTable(['', ...LIFE.map((each) => `${each} ms`)], rows);
  return {
    text: `${table}\n\n\`node -e 0\` takes ${emptyMs.toFixed(2)} ms.`,
    targets: LIFE.map((each) =>
      surplusTarget(
        `\`mini-oci ${each}\` takes at most ${MOST_SURPLUS_MS} ms more than \`node -e 0\``,
        median(UNDER_NODE, each),
        emptyMs,
        MOST_SURPLUS_MS,
      ),
    ),
  };
}
