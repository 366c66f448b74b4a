import { readFileSync } from 'node:fs';
import type { IdMapping } from '@mini/contracts';

/** The user namespace that this process is root of, when mini has started it there for an ordinary user. */
export interface OwnNamespace {
  /** Who that is on the machine. */
  readonly caller: { readonly uid: number; readonly gid: number };
  /** With the ids of the machine. */
  readonly uidMappings: readonly IdMapping[];
  readonly gidMappings: readonly IdMapping[];
}

/** Tells programs in such a namespace of it. */
export const NAMESPACE_VARIABLE = 'MINI_USER_NAMESPACE';

/**
 * `undefined` for everybody else, whatever the variable says: for who is not root, and for the machine's own. Whoever sets
 * it by hand in a user namespace deceives nobody else.
 */
export function readOwnNamespace(env: NodeJS.ProcessEnv): OwnNamespace | undefined {
  const text = env[NAMESPACE_VARIABLE];
  if (!text || process.geteuid?.() !== 0) return undefined;
  if (/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'))) return undefined;
  const { caller, uidMappings, gidMappings } = JSON.parse(text) as OwnNamespace;
  return { caller, uidMappings, gidMappings };
}
