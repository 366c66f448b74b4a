import { measureTreeBytes } from '../../engine/life/sizes.js';
import type { Volume } from '../../engine/volumes/volume-store.js';
import type { VolumeUsers } from '../../engine/volumes/volume-users.js';
import type { ListShape, Row } from './format-list.js';
import { describeSize } from './human.js';

/** What `volume ls` shows. */
export const VOLUME_LIST: ListShape = {
  headings: {
    Availability: 'AVAILABILITY',
    Driver: 'DRIVER',
    Group: 'GROUP',
    Label: (name) => String(name),
    Labels: 'LABELS',
    Links: 'LINKS',
    Mountpoint: 'MOUNTPOINT',
    Name: 'VOLUME NAME',
    Scope: 'SCOPE',
    Size: 'SIZE',
    Status: 'STATUS',
  },
  table: 'table {{.Driver}}\t{{.Name}}',
};

export const VOLUME_USAGE_TABLE = 'table {{.Name}}\t{{.Links}}\t{{.Size}}';

/** The line of one volume. */
export function describeVolume(
  { name, labels, mountpoint }: Volume,
  { readUsers }: { readonly readUsers: () => VolumeUsers },
): Row {
  return {
    Availability: 'N/A',
    Driver: 'local',
    Group: 'N/A',
    Labels: Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    Links: () => String(readUsers().of(name).length),
    Mountpoint: mountpoint,
    Name: name,
    Scope: 'local',
    Size: () => describeSize(measureTreeBytes(mountpoint), 4),
    Status: 'N/A',
    Label: (key: unknown) => (Object.hasOwn(labels, String(key)) ? labels[String(key)]! : ''),
  };
}
