import { type CgroupLayout, detectCgroupLayout } from '@mini/cgroup-manager';

let known: CgroupLayout | undefined;

/** The machine's control groups, looked at once: a command is over before they are mounted another way. */
export function cgroupLayout(): CgroupLayout {
  known ??= detectCgroupLayout();
  return known;
}
