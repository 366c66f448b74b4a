import { CLONE, type Spec, type Step } from '@mini/contracts';
import { compilePropagation } from '@mini/rootfs-manager';
import { BARRIER } from './barrier.js';
import { entersFirst, hasNewNamespace, namespaceFlag, newNamespaces } from './namespaces.js';
import type { PassedFds } from './passed-fds.js';

/** What the way into the namespaces depends on. */
export interface EntryContext {
  /** The process is born in its cgroup, so the clone has made the cgroup namespace already. */
  readonly bornInCgroup: boolean;
  /** The process is started in its user namespace, as root of it: there is none to be made. */
  readonly bornInUsers?: boolean;
  /** Nothing but its number will tell of the process, as it has no cgroup: it waits until that is written down. */
  readonly awaitsNote?: boolean;
  readonly passed?: Partial<PassedFds>;
}

const CLOSED: Step = { op: 'dumpable', value: 0, origin: 'process' };
/**
 * Our user on the host may have no name in the user namespace, and what it makes there would have no owner. A namespace
 * that maps no root does without.
 */
export const becomeRoot: readonly Step[] = [
  { op: 'gid', gid: 0, origin: 'linux.gidMappings', tolerates: ['EINVAL', 'EPERM'] },
  { op: 'uid', uid: 0, origin: 'linux.uidMappings', tolerates: ['EINVAL', 'EPERM'] },
];
const ID_MAPS: Step = { op: 'barrier', id: BARRIER.idMaps, origin: 'linux.uidMappings' };
const NOTED: Step = { op: 'barrier', id: BARRIER.noted, origin: 'process' };

/** Maps first, for without them nothing is permitted; then the helper closes itself to ptrace and /proc. */
export function compileEntry(spec: Spec, context: EntryContext): Step[] {
  const hasUsers = hasNewNamespace(spec, 'user') && context.bornInUsers !== true;
  // The mounts of a namespace that others are in too keep the propagation that they gave them, unless the Spec names one.
  const isShared = context.passed?.namespaces?.has('mount') === true && !spec.linux.rootfsPropagation;
  const propagation = isShared ? [] : [compilePropagation(spec)];
  if (entersFirst(spec)) {
    const joinsUsers = context.passed?.namespaces?.has('user') === true;
    return [
      ...compileJoins(spec, context),
      ...(hasUsers ? [ID_MAPS] : []),
      ...(hasUsers || joinsUsers ? becomeRoot : []),
      ...propagation,
    ];
  }
  const mustUnshare = hasNewNamespace(spec, 'cgroup') && !context.bornInCgroup;
  return [
    ...(hasUsers ? [ID_MAPS, ...becomeRoot] : []),
    ...(context.awaitsNote === true && !hasUsers ? [NOTED] : []),
    CLOSED,
    ...(mustUnshare ? [{ op: 'unshare', flags: CLONE.NEWCGROUP, origin: 'linux.namespaces' } as const] : []),
    ...propagation,
  ];
}

/** Closed before anything is entered: from then on there are others who could look. */
function compileJoins(spec: Spec, { passed }: EntryContext): Step[] {
  const files = [...(passed?.namespaces ?? [])];
  return [
    CLOSED,
    ...(files.length === 0
      ? []
      : [
          {
            op: 'join_files',
            fds: files.map(([, fd]) => fd),
            flags: files.map(([type]) => namespaceFlag(type)),
            origin: 'linux.namespaces',
          } as const,
        ]),
    ...(hasNewNamespace(spec, 'time')
      ? [{ op: 'time_offsets', offsets: formatOffsets(spec), origin: 'linux.timeOffsets' } as const]
      : []),
    { op: 'fork_new', flags: newNamespaces(spec), origin: 'linux.namespaces' },
  ];
}

/** Lines `monotonic SECONDS NANOSECONDS`. Source: time_namespaces(7). */
function formatOffsets({ linux }: Spec): string {
  return (['monotonic', 'boottime'] as const)
    .flatMap((clock) => {
      const offset = linux.timeOffsets?.[clock];
      return offset === undefined ? [] : [`${clock} ${offset.secs ?? 0} ${offset.nanosecs ?? 0}\n`];
    })
    .join('');
}
