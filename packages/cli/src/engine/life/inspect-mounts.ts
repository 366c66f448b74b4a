import type { Mount } from '@mini/contracts';
import type { UsedVolume } from '../container-record.js';
import type { Container } from '../containers.js';

/** A mount that the user asked for, or the image. */
export interface InspectedMount {
  readonly Type: 'bind' | 'tmpfs' | 'volume';
  /** Of a volume. */
  readonly Name?: string;
  /** Where it lies on the host; empty for what lies nowhere. */
  readonly Source: string;
  readonly Destination: string;
  /** Of a volume. */
  readonly Driver?: string;
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
  const volumes = new Map((record.volumes ?? []).map((used) => [used.target, used]));
  return (record.spec.mounts ?? []).flatMap((mount): InspectedMount[] => {
    const used = volumes.get(mount.destination);
    if (used !== undefined) return [describeVolume(used, mount)];
    if (isBind(mount)) return mount.source?.startsWith(`${directory}/`) ? [] : [describeMount('bind', mount)];
    const isTmpfs = mount.type === 'tmpfs' && !DEFAULT_TARGETS.has(mount.destination);
    return isTmpfs ? [describeMount('tmpfs', { ...mount, source: '' })] : [];
  });
}

/** As `-v` would be given them: those on this machine, and volumes that have names. */
export function describeBinds(container: Container): string[] {
  const anonymous = new Set(listAnonymous(container.record).map(({ target }) => target));
  return describeMounts(container)
    .filter(({ Type, Destination }) => Type !== 'tmpfs' && !anonymous.has(Destination))
    .map(({ Name, Source, Destination, RW }) => `${Name ?? Source}:${Destination}${RW ? '' : ':ro'}`);
}

export function listAnonymous({ volumes = [] }: Pick<Container['record'], 'volumes'>): UsedVolume[] {
  return volumes.filter(({ isAnonymous }) => isAnonymous);
}

function isBind({ options = [] }: Mount): boolean {
  return options.some((option) => option === 'bind' || option === 'rbind');
}

function describeVolume({ name }: UsedVolume, mount: Mount): InspectedMount {
  const { Type, Propagation: _, ...rest } = describeMount('volume', mount);
  return { Type, Name: name, Driver: 'local', ...rest, Propagation: '' };
}

function describeMount(type: InspectedMount['Type'], mount: Mount): InspectedMount {
  const { destination, source = '', options = [] } = mount;
  return {
    Type: type,
    Source: source,
    Destination: destination,
    Mode: [...new Set(options)].filter((option) => !ADDED.has(option)).join(','),
    RW: !options.includes('ro') && !options.includes('rro'),
    Propagation: options.find((option) => PROPAGATION.test(option)) ?? '',
  };
}
