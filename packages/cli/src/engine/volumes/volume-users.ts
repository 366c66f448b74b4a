import type { Engine } from '../engine.js';
import { selectContainers } from '../life/list-containers.js';
import { volumeError } from './volume-errors.js';

/** A container that mounts a volume, whether it runs or not. */
export interface VolumeUser {
  readonly id: string;
  readonly name: string;
}

/** The containers of volumes. */
export interface VolumeUsers {
  of(volume: string): readonly VolumeUser[];
  /** Ids of containers whose records cannot be read: they may use any. */
  readonly unknown: readonly string[];
}

/** Derived from what containers there are, hence never stale. */
export function listVolumeUsers(engine: Engine): VolumeUsers {
  const users = new Map<string, VolumeUser[]>();
  const unknown: string[] = [];
  for (const { container } of selectContainers({ all: true, onProblem: (id) => unknown.push(id) }, engine)) {
    const { id, name, record } = container;
    for (const volume of new Set((record.volumes ?? []).map((used) => used.name))) {
      users.set(volume, [...(users.get(volume) ?? []), { id, name }]);
    }
  }
  return { of: (volume) => users.get(volume) ?? [], unknown };
}

/** Throws `RuntimeError` `volume-in-use` for a volume that a container has, or may have. */
export function assertUnused({ of, unknown }: VolumeUsers, volume: string): void {
  const [user, ...others] = of(volume);
  const begin = `failed to remove volume ${JSON.stringify(volume)}`;
  if (user !== undefined) {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    throw volumeError('volume-in-use', `${begin}: it is in use by container "${user.name}"${more}`, {
      hint: `remove that first: mini rm ${[user, ...others].map(({ name }) => name).join(' ')}`,
    });
  }
  if (unknown.length === 0) return;
  throw volumeError(
    'volume-in-use',
    `${begin}: the record of container "${unknown[0]}" cannot be read, and it may use it`,
    {
      hint: `mini rm -f ${unknown[0]} removes that container`,
    },
  );
}
