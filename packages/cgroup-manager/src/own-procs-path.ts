import type { CgroupLayout } from './layout.js';

/**
 * `cgroup.procs` of the group that the calling process is in, in one tree; for `Kernel.warmCgroupAttach`. `undefined` on pure
 * v2, where a process is born in its group and joins nothing.
 */
export function findOwnProcsPath({ mode, hierarchies }: CgroupLayout): string | undefined {
  const tree = hierarchies.find(({ version }) => version === 2) ?? hierarchies[0];
  if (mode === 'v2' || tree === undefined) return undefined;
  return `${tree.mountPoint}${tree.ownPath === '/' ? '' : tree.ownPath}/cgroup.procs`;
}
