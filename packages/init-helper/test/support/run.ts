import type { Step } from '@mini/contracts';
import type { ExecutionContext } from 'ava';
import { drivePlan } from './driver.js';
import { bindSample, containerSteps, makeBusyboxRoot, sixNamespaces } from './root.js';

/** Mounts to vary. */
export const bind = { ...bindSample, source: '/', target: '/x' } as const;
export const tmpfs = {
  op: 'mount',
  fstype: 'tmpfs',
  source: 'tmpfs',
  target: '/x',
  options: [],
  attributes: 0,
  propagation: 0,
} as const;

export interface Tree {
  readonly root: string;
  readonly beside: string;
}

/** Runs `script` in a container, with `before` after pivot_root; `prepare` may spoil the image. */
export async function runInContainer(
  t: ExecutionContext,
  script: string,
  before: (tree: Tree) => readonly Step[],
  prepare: (tree: Tree) => void = () => {},
) {
  const { root, beside, remove } = makeBusyboxRoot();
  t.teardown(remove);
  prepare({ root, beside });
  const steps = containerSteps(root, script, before({ root, beside }));
  const { stdout, stderr } = await drivePlan(steps, [`flags=${sixNamespaces}`]);
  return { root, beside, stdout, stderr, steps };
}

/** What the driver prints when step `op` fails with `errno`. */
export function failure(steps: readonly Step[], op: string, errno: number): string {
  const index = steps.findLastIndex((step) => step.op === op);
  return `control kind=2 stage=6 step=${index} error=${errno}\nexit 1`;
}
