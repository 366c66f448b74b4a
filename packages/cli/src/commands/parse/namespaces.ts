import { Problem } from '../problem.js';

/** The network of a container. Throws `Problem`. */
export function parseNetwork(value: string): 'none' | 'host' {
  if (value === 'none' || value === 'host') return value;
  throw new Problem('only "none" and "host" are supported yet');
}

/** A namespace that is the container's own or the host's. Throws `Problem`. */
export function parseNamespaceMode(value: string): 'private' | 'host' {
  if (value === 'private' || value === 'host') return value;
  throw new Problem('only "private" and "host" are supported yet');
}
