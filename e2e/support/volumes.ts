import type { ExecutionContext } from 'ava';
import { freshName } from './detached.js';
import { mini } from './mini.js';

/** Where root's volumes lie. */
export const VOLUMES = '/var/lib/mini/volumes';

/** A name for a volume that is removed when the test is over. */
export function freshVolume(t: ExecutionContext): string {
  const name = freshName();
  t.teardown(() => mini(['volume', 'rm', '-f', name]));
  return name;
}
