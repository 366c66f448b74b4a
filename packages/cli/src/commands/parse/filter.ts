import type { ContainerFilter } from '../../engine/life/filter-containers.js';
import { Problem } from '../problem.js';

/** `KEY=VALUE` of `--filter`. Throws `Problem`. */
export function parseFilter(text: string): ContainerFilter {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Problem('it does not have the form KEY=VALUE');
  return [text.slice(0, equals), text.slice(equals + 1)];
}
