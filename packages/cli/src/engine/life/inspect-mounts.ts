import type { Mount } from '@mini/contracts';
import type { Container } from '../containers.js';

/** A mount that the user asked for. */
export interface InspectedMount {
  readonly Type: 'bind' | 'tmpfs';
  readonly Source: string;
  readonly Destination: string;
  readonly Mode: string;
  readonly RW: boolean;
  readonly Propagation: string;
}

/** What mini adds to every mount of its kind; docker shows what was asked for. */
const ADDED = new Set(['rbind', 'rprivate', 'rro', 'nosuid', 'nodev', 'noexec']);
const PROPAGATION = /^r?(private|slave|shared|unbindable)$/;
/** Every container's own. */
const DEFAULT_TARGETS = new Set(['/dev', '/dev/shm']);

/** The mounts of the user: not those of every container, nor the files that the engine makes for it. */
export function describeMounts({ directory, record }: Container): InspectedMount[] {
  return (record.spec.mounts ?? []).flatMap((mount): InspectedMount[] => {
    if (isBind(mount)) return mount.source?.startsWith(`${directory}/`) ? [] : [describeMount('bind', mount)];
    const isTmpfs = mount.type === 'tmpfs' && !DEFAULT_TARGETS.has(mount.destination);
    return isTmpfs ? [describeMount('tmpfs', { ...mount, source: '' })] : [];
  });
}

function isBind({ options = [] }: Mount): boolean {
  return options.some((option) => option === 'bind' || option === 'rbind');
}

function describeMount(type: 'bind' | 'tmpfs', mount: Mount): InspectedMount {
  const { destination, source = '', options = [] } = mount;
  return {
    Type: type,
    Source: source,
    Destination: destination,
    Mode: [...new Set(options)].filter((option) => !ADDED.has(option)).join(','),
    RW: !options.includes('ro'),
    Propagation: options.find((option) => PROPAGATION.test(option)) ?? '',
  };
}
