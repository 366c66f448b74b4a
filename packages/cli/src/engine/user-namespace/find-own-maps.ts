import { findUserMaps, type UserMaps } from '@mini/runtime-core/subordinate-ids';
import type { Engine } from '../engine.js';

/** The ids that containers of this user can have: those of the namespace that we are in, else what the machine says. */
export function findOwnMaps({ kernel, caller, namespace }: Engine): UserMaps {
  if (namespace === undefined) return findUserMaps(kernel, caller);
  const { uidMappings, gidMappings } = namespace;
  return { uidMappings, gidMappings, mistakes: [] };
}
