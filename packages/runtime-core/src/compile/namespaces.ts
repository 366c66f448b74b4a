import { CLONE, type NamespaceType, type Spec } from '@mini/contracts';

const CLONE_FLAG: Record<NamespaceType, number> = {
  pid: CLONE.NEWPID,
  network: CLONE.NEWNET,
  mount: CLONE.NEWNS,
  ipc: CLONE.NEWIPC,
  uts: CLONE.NEWUTS,
  user: CLONE.NEWUSER,
  cgroup: CLONE.NEWCGROUP,
  time: CLONE.NEWTIME,
};

/** The flag of clone(2) and setns(2) for a namespace of this type. */
export function namespaceFlag(type: NamespaceType): number {
  return CLONE_FLAG[type];
}

/** Whether the Spec asks for a namespace of this type to be made, not joined. */
export function hasNewNamespace({ linux }: Spec, type: NamespaceType): boolean {
  return linux.namespaces.some((namespace) => namespace.type === type && namespace.path === undefined);
}

/** All namespaces of the container that are not its starter's, as flags of setns(2). */
export function ownNamespaceFlags({ linux }: Spec): number {
  return linux.namespaces.reduce((flags, { type }) => flags | namespaceFlag(type), 0);
}

/**
 * Whether the helper enters namespaces before it makes the others, in a child: those with a path have to be joined
 * first, because a new user namespace has no rights over them; and a time namespace is for children alone.
 */
export function entersFirst({ linux }: Spec): boolean {
  return linux.namespaces.some(({ path, type }) => path !== undefined || type === 'time');
}

/** All namespaces to be made, flags of clone(2), but that of the clocks, which is unshared. */
export function newNamespaces({ linux }: Spec): number {
  return linux.namespaces
    .filter(({ path, type }) => path === undefined && type !== 'time')
    .reduce((flags, { type }) => flags | namespaceFlag(type), 0);
}

/**
 * The namespaces that the clone makes, as flags of clone(2). The cgroup namespace is among them only where the process
 * is born in its cgroup (CLONE_INTO_CGROUP, pure v2): elsewhere the join comes after the clone, the host's path would
 * show, and a step of the Plan makes the namespace instead. None where others are entered first. Who is `bornInUsers`
 * starts in its user namespace.
 */
export function cloneFlags(spec: Spec, bornInCgroup: boolean, bornInUsers = false): number {
  if (entersFirst(spec)) return 0;
  const flags = bornInUsers ? newNamespaces(spec) & ~namespaceFlag('user') : newNamespaces(spec);
  return bornInCgroup ? flags : flags & ~namespaceFlag('cgroup');
}
