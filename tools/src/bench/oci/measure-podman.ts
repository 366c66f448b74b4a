import { openPodman } from '../podman.js';
import { measureRounds } from '../rounds.js';
import { type BenchContext, formatSamples, mediansOf } from '../section.js';
import { command } from '../sides/command.js';
import { surplusTarget, type Target } from '../targets.js';
import { type Runtime, UNDER_NODE } from './runtimes.js';

const MOST_SURPLUS_MS = 5;

/** `podman run` with each of the runtimes that are one file. */
export async function measurePodman({ scene, options }: BenchContext, runtimes: readonly Runtime[]) {
  const podman = openPodman(scene.directory);
  const run = ['run', '--rm', '--network', 'none', '--rootfs', scene.root, 'true'];
  const sides = runtimes
    .filter(({ name }) => name !== UNDER_NODE)
    .map(({ name, file }) =>
      command(`podman with ${name}`, podman.file, [...podman.words, '--runtime', file, ...run], podman.env),
    );
  const samples = await measureRounds(sides, { rounds: options.rounds, batch: 1, warmUps: 2 });
  return { text: formatSamples(samples, 'podman with crun'), targets: judge(mediansOf(samples)) };
}

function judge(median: (name: string) => number): Target[] {
  return [
    surplusTarget(
      `\`podman run\` with \`mini-oci\` as one file takes at most ${MOST_SURPLUS_MS} ms more than with crun`,
      median('podman with mini-oci, one file'),
      median('podman with crun'),
      MOST_SURPLUS_MS,
    ),
  ];
}
