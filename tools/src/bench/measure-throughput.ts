import type { BenchContext, Section } from './section.js';
import type { Side } from './side.js';
import { miniSpawn } from './sides/mini-spawn.js';
import { ociRuntime } from './sides/oci-runtime.js';
import { summarize } from './statistics.js';
import { formatTable } from './table.js';

const LANES = 2;
const WINDOW_MS = 1_000;
const MOST_WINDOWS = 8;

/** How many containers a second with two in flight. */
export async function measureThroughput({ scene, has, options }: BenchContext): Promise<Section> {
  const contestants = new Map<string, Side[]>([
    ['mini spawn', lanes(() => miniSpawn(scene))],
    ...(has('crun') ? [['crun run', lanes((lane) => ociRuntime('crun', scene, `-${lane}`))] as const] : []),
  ]);
  const rates = new Map<string, number[]>([...contestants.keys()].map((name) => [name, []]));
  const windows = Math.min(MOST_WINDOWS, options.rounds);
  for (let window = -1; window < windows; window += 1) {
    for (const [name, sides] of contestants) {
      const rate = await countForAWhile(sides);
      if (window >= 0) rates.get(name)?.push(rate);
    }
  }
  const rows = [...rates].map(([name, values]) => {
    const { median, low, high, count } = summarize(values);
    return [name, ...[median, low, high].map((rate) => rate.toFixed(0)), String(count)];
  });
  return {
    title: 'Containers a second, two in flight',
    text: formatTable(['', 'median', '10 %', '90 %', 'windows of a second'], rows),
    targets: [],
  };
}

function lanes(makeSide: (lane: number) => Side): Side[] {
  return Array.from({ length: LANES }, (_, lane) => makeSide(lane));
}

async function countForAWhile(sides: readonly Side[]): Promise<number> {
  const start = performance.now();
  let count = 0;
  const work = async (side: Side) => {
    while (performance.now() - start < WINDOW_MS) {
      await side.run();
      count += 1;
    }
  };
  await Promise.all(sides.map(work));
  return (count * 1000) / (performance.now() - start);
}
