import type { IdMapping } from '@mini/contracts';
import type { SubordinateRange } from './parse-subordinate-ids.js';

/** UID_GID_MAP_MAX_EXTENTS of the kernel, less the one of the user. */
const MOST_RANGES = 339;

export interface UserMappings {
  readonly mappings: readonly IdMapping[];
  /** What of the ranges was left out, a sentence each. */
  readonly mistakes: readonly string[];
}

/**
 * The ids that an ordinary user's containers have: root is the user, and from 1 on come the subordinate ids, range after
 * range in their order, as in podman. What the kernel would refuse the whole map for is left out: ids that are there
 * already, and root's own, which are nobody's subordinates.
 */
export function mapUserIds(ownId: number, ranges: readonly SubordinateRange[]): UserMappings {
  const mappings: IdMapping[] = [{ containerID: 0, hostID: ownId, size: 1 }];
  const mistakes: string[] = [];
  for (const { first, count } of ranges) {
    const what = `the ids ${first} to ${first + count - 1} are left out`;
    const other = mappings.find(({ hostID, size }) => first < hostID + size && hostID < first + count);
    if (first === 0) mistakes.push(`${what}: 0 is root`);
    else if (other !== undefined) {
      const taken = Math.max(first, other.hostID);
      mistakes.push(`${what}: ${taken} is ${taken === ownId ? "the user's own" : 'in an earlier range too'}`);
    } else if (mappings.length > MOST_RANGES) mistakes.push(`${what}: the kernel takes no more ranges`);
    else mappings.push({ containerID: endOf(mappings), hostID: first, size: count });
  }
  return { mappings, mistakes };
}

function endOf(mappings: readonly IdMapping[]): number {
  const { containerID, size } = mappings.at(-1)!;
  return containerID + size;
}

/**
 * The same mappings as they are written from within a namespace that has `outer`: what stands there as an id of the
 * machine becomes one of that namespace. `undefined` when some of them are not in it.
 */
export function mapWithin(
  mappings: readonly IdMapping[],
  outer: readonly IdMapping[],
): IdMapping[] | undefined {
  const inner: IdMapping[] = [];
  for (const { containerID, hostID, size } of mappings) {
    for (let done = 0; done < size; ) {
      const id = hostID + done;
      const part = outer.find((each) => id >= each.hostID && id < each.hostID + each.size);
      if (part === undefined) return undefined;
      const count = Math.min(size - done, part.hostID + part.size - id);
      inner.push({
        containerID: containerID + done,
        hostID: part.containerID + id - part.hostID,
        size: count,
      });
      done += count;
    }
  }
  return inner;
}
