import { removeContainer, runDetached } from '@mini/cli';
import { miniCommand, miniStandalone } from '../workspace.js';
import { provideNodeVersions } from './node-versions.js';
import { openPodman } from './podman.js';
import { BUSYBOX } from './scene.js';
import type { BenchContext, Section } from './section.js';
import { timeProgram } from './side.js';
import { quantile } from './statistics.js';
import { formatTable } from './table.js';
import { ratioTarget, type Target } from './targets.js';

const COUNT = 200;
const AT_ONCE = 16;
const MOST_ROUNDS = 3;
/** Against podman. */
const MOST = {
  'mini, from a program': 0.1,
  'mini, as commands': 0.4,
  'mini, one file, as commands': 0.4,
} as const;
const PODMAN = 'podman, as commands';

/** Who starts and removes one container of a name. */
interface Keeper {
  readonly name: string;
  start(container: string): Promise<unknown>;
  remove(container: string): Promise<unknown>;
}

/** Two hundred containers in the background: started, and removed while they run, sixteen at a time. */
export async function measureLife(context: BenchContext): Promise<Section> {
  const { options, has } = context;
  const keepers = await listKeepers(context);
  const rounds = Math.min(MOST_ROUNDS, options.rounds);
  const times = new Map(keepers.map(({ name }) => [name, { start: [] as number[], remove: [] as number[] }]));
  for (let round = 0; round < rounds; round += 1) {
    for (const keeper of keepers) {
      const { start, remove } = times.get(keeper.name)!;
      start.push(await timeFleet((container) => keeper.start(container)));
      remove.push(await timeFleet((container) => keeper.remove(container)));
    }
  }
  const medianOf = (name: string, half: 'start' | 'remove') => quantile(times.get(name)?.[half] ?? [], 0.5);
  const rows = keepers.map(({ name }) => [
    name,
    ...(['start', 'remove'] as const).flatMap((half) => [
      (medianOf(name, half) / 1000).toFixed(2),
      (medianOf(name, half) / medianOf(PODMAN, half)).toFixed(2),
    ]),
  ]);
  return {
    title: `${COUNT} containers in the background, ${AT_ONCE} at once`,
    text: formatTable(['', 'start s', 'of podman', 'remove s', 'of podman'], rows),
    targets: has('podman') ? judge(medianOf) : [],
  };
}

function judge(medianOf: (name: string, half: 'start' | 'remove') => number): Target[] {
  return Object.entries(MOST).flatMap(([name, most]) =>
    (['start', 'remove'] as const).map((half) =>
      ratioTarget(
        `${COUNT} containers, ${half}: ${name}, at most ${most} of podman`,
        medianOf(name, half),
        medianOf(PODMAN, half),
        most,
      ),
    ),
  );
}

async function listKeepers({ scene, has, warn }: BenchContext): Promise<Keeper[]> {
  const nodes = await provideNodeVersions(warn);
  const node = nodes.find(({ major }) => major === 24)?.file ?? process.execPath;
  const words = ['--network', 'none', '--rootfs', scene.root, BUSYBOX, 'sleep', '1000'];
  const root = { kind: 'directory', path: scene.root, overlay: false } as const;
  const podman = has('podman') ? openPodman(scene.directory) : undefined;
  return [
    {
      name: 'mini, from a program',
      start: (name) => runDetached({ root, name, command: [BUSYBOX, 'sleep', '1000'] }),
      remove: (name) => removeContainer(name, { force: true }),
    },
    {
      name: 'mini, as commands',
      start: (name) => timeProgram(node, [miniCommand, 'run', '-d', '--name', name, ...words]),
      remove: (name) => timeProgram(node, [miniCommand, 'rm', '-f', name]),
    },
    {
      name: 'mini, one file, as commands',
      start: (name) => timeProgram(miniStandalone, ['run', '-d', '--name', name, ...words]),
      remove: (name) => timeProgram(miniStandalone, ['rm', '-f', name]),
    },
    ...(podman === undefined
      ? []
      : [
          {
            name: PODMAN,
            start: (name: string) => podman.run('run', '-d', '--name', name, ...words),
            remove: (name: string) => podman.run('rm', '-f', '-t', '0', name),
          },
        ]),
  ];
}

/** Milliseconds for all of them. */
async function timeFleet(act: (container: string) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let next = 0;
  const work = async () => {
    while (next < COUNT) await act(`mini-bench-${process.pid}-${next++}`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return performance.now() - start;
}
