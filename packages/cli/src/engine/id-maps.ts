import { type IdMapping, RuntimeError } from '@mini/contracts';
import { type Engine, isPrivileged } from './engine.js';
import type { RunOptions } from './run-options.js';

/** The ids of a container that has a user namespace, `hostID` being those of the machine. */
export interface IdMaps {
  readonly uidMappings: readonly IdMapping[];
  readonly gidMappings: readonly IdMapping[];
  /** Why there is but one user and one group. */
  readonly lack?: { readonly reason: string; readonly hint: string };
}

/** The options with the ids that the container has; root's containers have the machine's. */
export async function withIdMaps(engine: Engine, options: RunOptions): Promise<RunOptions> {
  if (isPrivileged(engine)) return options;
  const { findOwnMaps } = await import('./user-namespace/find-own-maps.js');
  return { ...options, idMaps: findOwnMaps(engine) };
}

/** Whether there is an id of this number in the container. */
export function isMapped(mappings: readonly IdMapping[] | undefined, id: number): boolean {
  if (mappings === undefined) return true;
  return mappings.some(({ containerID, size }) => id >= containerID && id < containerID + size);
}

/** Whether a container with these maps cannot choose its groups: who maps but the own one must deny setgroups(2) first. */
export function hasOneGroup(engine: Engine, gidMappings: readonly IdMapping[] | undefined): boolean {
  return !isPrivileged(engine) && gidMappings?.length === 1 && gidMappings[0]!.size === 1;
}

interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
}

/** The kernel would say EINVAL, when half of the container is made. Throws `RuntimeError` `unmapped-id`. */
export function assertMapped(
  { user = '0', groupAdd, idMaps }: Pick<RunOptions, 'user' | 'groupAdd' | 'idMaps'>,
  { uid, gid, additionalGids }: Identity,
): void {
  if (idMaps === undefined) return;
  const { uidMappings, gidMappings, lack } = idMaps;
  if (!isMapped(uidMappings, uid)) throw unmapped(user, 'user', uid, uidMappings, lack);
  // One that has but one group keeps those of who starts it, whatever its files say.
  const groups = lack === undefined || groupAdd.length > 0 ? [gid, ...additionalGids] : [gid];
  const missing = groups.find((id) => !isMapped(gidMappings, id));
  if (missing !== undefined) throw unmapped(user, 'group', missing, gidMappings, lack);
}

function unmapped(
  user: string,
  kind: 'user' | 'group',
  id: number,
  mappings: readonly IdMapping[],
  lack: IdMaps['lack'],
): RuntimeError<'unmapped-id'> {
  const ids = mappings.map(({ containerID, size }) =>
    size === 1 ? String(containerID) : `${containerID} to ${containerID + size - 1}`,
  );
  const reason = lack === undefined ? '' : ` (${lack.reason})`;
  return new RuntimeError({
    code: 'unmapped-id',
    message: `failed to run as "${user}": the container has no ${kind} ${id}, only ${ids.join(', ')}${reason}`,
    context: lack === undefined ? {} : { hint: lack.hint },
  });
}
