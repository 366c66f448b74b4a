import type { Step } from '@mini/contracts';

/** Their files have labels of their own, which no mount may choose. */
const SELF_LABELLED = new Set(['proc', 'sysfs', 'cgroup', 'cgroup2', 'mqueue']);

/** New file systems with the SELinux label that all their files have. Source: mount(8), "context=". */
export function labelSteps(steps: readonly Step[], mountLabel = ''): Step[] {
  return steps.map((step) => {
    const isNew = step.op === 'mount' || step.op === 'mount_copied' || step.op === 'overlay';
    if (mountLabel === '' || !isNew || ('fstype' in step && SELF_LABELLED.has(step.fstype))) return step;
    return { ...step, options: [...step.options, `context=${mountLabel}`] };
  });
}
