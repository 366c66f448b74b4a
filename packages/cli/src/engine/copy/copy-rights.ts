import type { FileRights, TarMember } from '@mini/image-store';
import type { Container } from '../containers.js';
import { type Engine, isPrivileged } from '../engine.js';
import { copyError } from './copy-error.js';
import { toContainerId, toHostId, toOurId } from './id-map.js';

/** Numbers of a user and a group. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * What a copy in a container gets that is to belong to `owner`, as the container counts. Who is not root gives nothing
 * away: such files are the caller's, and so the container's root's. Throws `RuntimeError` `copy-failed`.
 */
export function rightsInContainer(engine: Engine, { record }: Container, owner: Owner): FileRights {
  const { namespace } = engine;
  if (!isPrivileged(engine) && namespace === undefined) return { keepPrivileges: true };
  const { uidMappings, gidMappings } = record.spec.linux;
  const uid = toOurId(namespace?.uidMappings, toHostId(uidMappings, owner.uid));
  const gid = toOurId(namespace?.gidMappings, toHostId(gidMappings, owner.gid));
  if (uid === undefined || gid === undefined) {
    throw copyError(
      `failed to copy a file of ${owner.uid}:${owner.gid}: the container has no such user or group`,
    );
  }
  return { keepPrivileges: true, owner: { uid, gid } };
}

/** What a copy on this machine gets: nothing that would let a container's user be whoever copies it. */
export function rightsOnHost(engine: Engine, { uid, gid }: Owner, keepsOwner: boolean): FileRights {
  if (!keepsOwner) return { keepPrivileges: false };
  return isPrivileged(engine) ? { keepPrivileges: true, owner: { uid, gid } } : { keepPrivileges: false };
}

/** Numbers as the container counts. */
export async function* withOwnIds(
  { namespace }: Engine,
  { record }: Container,
  members: AsyncIterable<TarMember>,
): AsyncGenerator<TarMember, void, undefined> {
  const { uidMappings, gidMappings } = record.spec.linux;
  for await (const { entry, content } of members) {
    const uid = toContainerId(uidMappings, toHostId(namespace?.uidMappings, entry.uid));
    const gid = toContainerId(gidMappings, toHostId(namespace?.gidMappings, entry.gid));
    yield { entry: { ...entry, uid, gid }, content };
  }
}
