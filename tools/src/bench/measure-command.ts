import { miniCommand, miniStandalone } from '../workspace.js';
import { type NodeVersion, provideNodeVersions } from './node-versions.js';
import { podmanEnvironment } from './podman.js';
import { measureRounds } from './rounds.js';
import { type BenchContext, formatSamples, mediansOf, type Section } from './section.js';
import type { Side } from './side.js';
import { command } from './sides/command.js';
import { ratioTarget, surplusTarget, type Target } from './targets.js';

/** Milliseconds over `node -e 0`: without the compile cache of Node 22.8 and newer everything is compiled each time. */
const MOST_SURPLUS_MS = { 20: 45, 22: 25, 24: 25 } as const;

/** `mini run` as a command, against an empty program on the same Node and against podman. */
export async function measureCommand(context: BenchContext): Promise<Section> {
  const { scene, has, options, warn } = context;
  const nodes = await provideNodeVersions(warn);
  const run = ['run', '--rm', '--network', 'none', '--rootfs', scene.root, 'true'];
  const sides = [
    ...nodes.flatMap(({ major, file }): Side[] => [
      command(emptyName(major), file, ['-e', '0']),
      command(miniName(major), file, [miniCommand, ...run]),
    ]),
    command('mini run, one file', miniStandalone, run),
    ...(has('podman') ? [command('podman run', 'podman', run, podmanEnvironment(scene.directory))] : []),
  ];
  const samples = await measureRounds(sides, { rounds: options.rounds, batch: 1, warmUps: 2 });
  return {
    title: '`mini run --rm --network none --rootfs DIR true` as a command',
    text: formatSamples(samples, has('podman') ? 'podman run' : emptyName(nodes[0]?.major ?? 20)),
    targets: nodes.flatMap((node) => judgeNode(node, mediansOf(samples), has('podman'))),
  };
}

const emptyName = (major: number) => `node -e 0 (Node ${major})`;
const miniName = (major: number) => `mini run (Node ${major})`;

function judgeNode({ major }: NodeVersion, median: (name: string) => number, hasPodman: boolean): Target[] {
  const mini = median(miniName(major));
  const most = MOST_SURPLUS_MS[major as keyof typeof MOST_SURPLUS_MS];
  const surplus = `\`mini run\` takes at most ${most} ms more than \`node -e 0\`, Node ${major}`;
  const half = `\`mini run\` takes at most half of \`podman run\`, Node ${major}`;
  return [
    surplusTarget(surplus, mini, median(emptyName(major)), most),
    ...(hasPodman && major > 20 ? [ratioTarget(half, mini, median('podman run'), 0.5)] : []),
  ];
}
