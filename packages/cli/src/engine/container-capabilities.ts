import { CAPABILITIES, type CapabilityName } from '@mini/contracts';
import { DEFAULT_CAPABILITIES } from '@mini/runtime-core';

type Requested = readonly (CapabilityName | 'ALL')[];

/**
 * The default set with `--cap-add` and `--cap-drop` applied, in the order of their numbers. As docker does it: `ALL`
 * on one side is the starting point, names on the other side are exceptions to it. Of `ALL` and of the default set
 * only what is `available` is meant; a name that is asked for stays, so that the kernel refuses it aloud.
 */
export function resolveCapabilities(
  add: Requested,
  drop: Requested,
  available: readonly CapabilityName[] = CAPABILITIES,
): CapabilityName[] {
  const added = new Set<string>(add);
  const dropped = new Set<string>(drop);
  const start = new Set<string>(
    added.has('ALL') ? CAPABILITIES : dropped.has('ALL') ? [] : DEFAULT_CAPABILITIES,
  );
  return CAPABILITIES.filter(
    (name) =>
      ((start.has(name) && available.includes(name)) || added.has(name)) &&
      (!dropped.has(name) || added.has(name)),
  );
}
