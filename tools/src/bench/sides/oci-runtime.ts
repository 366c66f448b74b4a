import { type Scene, TRUE_COMMAND } from '../scene.js';
import { probeProgram, type Side, timeProgram } from '../side.js';

/**
 * `crun run` or `runc run` on a bundle made from the Spec that `spawn` uses.
 * @param lane names the bundle, for sides that run at the same time
 */
export function ociRuntime(runtime: 'crun' | 'runc', scene: Scene, lane = ''): Side {
  const id = `mini-bench-${runtime}${lane}-${process.pid}`;
  const bundle = scene.makeBundle(id, [TRUE_COMMAND]);
  return {
    name: `${runtime} run`,
    run: () => timeProgram(runtime, ['run', '--bundle', bundle, id]),
    probe: (command) =>
      probeProgram(runtime, ['run', '--bundle', scene.makeBundle(`${id}-probe`, command), `${id}-probe`]),
  };
}
