import { measureRounds } from './rounds.js';
import { type BenchContext, formatSamples, mediansOf, type Section } from './section.js';
import type { Side } from './side.js';
import { bubblewrap } from './sides/bubblewrap.js';
import { cLoop } from './sides/c-loop.js';
import { command } from './sides/command.js';
import { miniSpawn } from './sides/mini-spawn.js';
import { ociRuntime } from './sides/oci-runtime.js';
import { ratioTarget, type Target } from './targets.js';

/** The sides that make the default container; mini is the first. */
export function containerSides({ scene, trees, has }: BenchContext): Side[] {
  return [
    miniSpawn(scene),
    cLoop(scene, trees),
    ...(['crun', 'runc'] as const).filter(has).map((runtime) => ociRuntime(runtime, scene)),
  ];
}

/** From creation to exit of a static `true`, as a Node program sees it. */
export async function measureSpawn(context: BenchContext): Promise<Section> {
  const { scene, has, options } = context;
  const sides = [
    ...containerSides(context),
    ...(has('bwrap') ? [bubblewrap(scene)] : []),
    command('true, without a container', `${scene.root}/bin/true`, []),
  ];
  try {
    const samples = await measureRounds(sides, { rounds: options.rounds, batch: 5, warmUps: 2 });
    return {
      title: 'From a Node program: create to exit',
      text: formatSamples(samples, 'mini spawn'),
      targets: judgeSpawn(mediansOf(samples), has),
    };
  } finally {
    for (const side of sides) await side.close?.();
  }
}

function judgeSpawn(median: (name: string) => number, has: (program: string) => boolean): Target[] {
  const mini = median('mini spawn');
  return [
    ...(has('crun')
      ? [ratioTarget('`spawn` takes at most a third of `crun run`', mini, median('crun run'), 1 / 3)]
      : []),
    ratioTarget('`spawn` takes at most 1.5 times the C loop', mini, median('C loop'), 1.5),
  ];
}
