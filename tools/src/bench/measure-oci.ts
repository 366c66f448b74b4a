import { measureCommands } from './oci/measure-commands.js';
import { measureCrowd } from './oci/measure-crowd.js';
import { measurePodman } from './oci/measure-podman.js';
import { measureRun } from './oci/measure-run.js';
import { listRuntimes } from './oci/runtimes.js';
import type { BenchContext, Section } from './section.js';

/** `mini-oci` beside crun and runc: containers from bundles, alone and under podman. */
export async function measureOci(context: BenchContext): Promise<Section> {
  const runtimes = await listRuntimes(context);
  const parts = [
    await measureRun(context, runtimes),
    await measureCommands(context, runtimes),
    ...(context.has('podman') && context.has('crun') ? [await measurePodman(context, runtimes)] : []),
    await measureCrowd(context, runtimes),
  ];
  return {
    title: '`mini-oci` on a bundle',
    text: parts.map(({ text }) => text).join('\n\n'),
    targets: parts.flatMap(({ targets }) => targets),
  };
}
