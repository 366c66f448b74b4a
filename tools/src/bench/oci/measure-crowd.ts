import { TRUE_COMMAND } from '../scene.js';
import type { BenchContext } from '../section.js';
import { quantile } from '../statistics.js';
import { formatTable } from '../table.js';
import { ratioTarget, type Target } from '../targets.js';
import { timeCycle } from './lifecycle.js';
import { type Runtime, STANDALONE } from './runtimes.js';

const COUNT = 200;
const AT_ONCE = 25;
const MOST_ROUNDS = 3;

/** Two hundred lives, twenty-five at once. */
export async function measureCrowd(context: BenchContext, runtimes: readonly Runtime[]) {
  const samples = new Map(runtimes.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < Math.min(MOST_ROUNDS, context.options.rounds); round += 1) {
    for (const runtime of runtimes) samples.get(runtime.name)!.push(await timeCrowd(context, runtime));
  }
  const median = (name: string) => quantile(samples.get(name) ?? [], 0.5);
  const rows = runtimes.map(({ name }) => [
    name,
    (median(name) / 1000).toFixed(2),
    (median(name) / median('crun')).toFixed(2),
  ]);
  return {
    text: `${COUNT} lives, ${AT_ONCE} at once:\n\n${formatTable(['', 's', 'of crun'], rows)}`,
    targets: context.has('crun') ? [judge(median)] : [],
  };
}

function judge(median: (name: string) => number): Target {
  const text = `${COUNT} lives, ${AT_ONCE} at once: \`mini-oci\` as one file, at most crun's time`;
  return ratioTarget(text, median(STANDALONE), median('crun'), 1);
}

async function timeCrowd({ scene }: BenchContext, runtime: Runtime): Promise<number> {
  const lane = `mini-bench-crowd-${runtime.name.replace(/\W+/g, '-')}-${process.pid}`;
  const bundles = Array.from({ length: AT_ONCE }, (_, index) =>
    scene.makeBundle(`${lane}-${index}`, [TRUE_COMMAND]),
  );
  let left = COUNT;
  const start = performance.now();
  await Promise.all(
    bundles.map(async (bundle, index) => {
      while (left-- > 0) await timeCycle(runtime, bundle, `${lane}-${index}`);
    }),
  );
  return performance.now() - start;
}
