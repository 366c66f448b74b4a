import type { Spec } from '@mini/contracts';

type Mappings = NonNullable<Spec['linux']['uidMappings']>;

/** Who nobody is, where a number means nothing: the kernel's overflow uid. */
const OVERFLOW_ID = 65534;

/** The number outside of a number in the container; without mappings it is the same, `undefined` when there is none. */
export function toHostId(mappings: Mappings | undefined, id: number): number | undefined {
  if (mappings === undefined || mappings.length === 0) return id;
  const mapping = mappings.find(({ containerID, size }) => id >= containerID && id < containerID + size);
  return mapping && mapping.hostID + id - mapping.containerID;
}

/** The number in the container of one outside. */
export function toContainerId(mappings: Mappings | undefined, id: number): number {
  if (mappings === undefined || mappings.length === 0) return id;
  const mapping = mappings.find(({ hostID, size }) => id >= hostID && id < hostID + size);
  return mapping === undefined ? OVERFLOW_ID : mapping.containerID + id - mapping.hostID;
}
