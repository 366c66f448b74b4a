import { defaultSeccomp } from '@mini/seccomp';
import { measureRounds } from '../rounds.js';
import { TRUE_COMMAND } from '../scene.js';
import { type BenchContext, formatSamples, mediansOf } from '../section.js';
import { type Side, timeProgram } from '../side.js';
import { ratioTarget, type Target } from '../targets.js';
import { timeCycle } from './lifecycle.js';
import { type Runtime, STANDALONE } from './runtimes.js';

const MOST_OF_CRUN = { run: 1, cycle: 1.3 } as const;
const FILTERED = ' with a filter';

/** `run` on equal bundles, without and with the default seccomp profile, and a whole life by single commands. */
export async function measureRun(context: BenchContext, runtimes: readonly Runtime[]) {
  const sides = runtimes.flatMap((runtime) => listSides(context, runtime));
  const samples = await measureRounds(sides, { rounds: context.options.rounds, batch: 1, warmUps: 2 });
  return { text: formatSamples(samples, 'crun run'), targets: judge(mediansOf(samples), context) };
}

function listSides({ scene }: BenchContext, runtime: Runtime): Side[] {
  const id = `mini-bench-oci-${runtime.name.replace(/\W+/g, '-')}-${process.pid}`;
  const plain = scene.makeBundle(id, [TRUE_COMMAND]);
  const filtered = scene.makeBundle(`${id}-filter`, [TRUE_COMMAND], defaultSeccomp);
  const run = (bundle: string) => () =>
    timeProgram(runtime.file, [...runtime.words, 'run', '--bundle', bundle, id]);
  return [
    { name: `${runtime.name} run`, run: run(plain) },
    { name: `${runtime.name} run${FILTERED}`, run: run(filtered) },
    { name: `${runtime.name} cycle`, run: () => timeCycle(runtime, plain, id) },
  ];
}

function judge(median: (name: string) => number, { has }: BenchContext): Target[] {
  if (!has('crun')) return [];
  const against = (what: string, most: number) =>
    ratioTarget(
      `\`mini-oci\` as one file, ${what}: at most ${most} times crun`,
      median(`${STANDALONE} ${what}`),
      median(`crun ${what}`),
      most,
    );
  return [
    against('run', MOST_OF_CRUN.run),
    against(`run${FILTERED}`, MOST_OF_CRUN.run),
    against('cycle', MOST_OF_CRUN.cycle),
  ];
}
