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
export function toContainerId(mappings: Mappings | undefined, id: number | undefined): number {
  if (id === undefined) return OVERFLOW_ID;
  if (mappings === undefined || mappings.length === 0) return id;
  const mapping = mappings.find(({ hostID, size }) => id >= hostID && id < hostID + size);
  return mapping === undefined ? OVERFLOW_ID : mapping.containerID + id - mapping.hostID;
}

/** What a number of the machine is in the namespace that we are in; `undefined` when it is not there. */
export function toOurId(mappings: Mappings | undefined, id: number | undefined): number | undefined {
  if (mappings === undefined || id === undefined) return id;
  const mapping = mappings.find(({ hostID, size }) => id >= hostID && id < hostID + size);
  return mapping && mapping.containerID + id - mapping.hostID;
}
