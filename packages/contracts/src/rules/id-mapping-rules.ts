import type { Findings, Segment } from '../describe/findings.js';
import type { Draft } from '../describe/shape.js';
import type { IdMapping } from '../oci/id-mappings.js';
import { hasNamespace, itemsOf, type Rule, type SpecDraft } from './rule.js';

type MappingsDraft = readonly (Draft<IdMapping> | undefined)[];

const MEMBERS = ['uidMappings', 'gidMappings'] as const;
/** UID_GID_MAP_MAX_EXTENTS of the kernel. */
const MAX_MAPPINGS = 340;
/** (uid_t)-1 is no id. */
const END_OF_IDS = 2 ** 32 - 1;

/** Ranges sorted by their start: each must end before the next begins. */
function checkSide(
  mappings: MappingsDraft,
  side: 'containerID' | 'hostID',
  path: readonly Segment[],
  findings: Findings,
): void {
  const ranges = itemsOf(mappings)
    .map(([index, mapping]) => ({ index, start: mapping[side] ?? 0, size: mapping.size ?? 0 }))
    .sort((a, b) => a.start - b.start);
  let [end, last] = [0, -1];
  for (const { index, start, size } of ranges) {
    const place = [...path, index, side];
    if (start + size > END_OF_IDS)
      findings.addAt(place, `${size} ids from ${start} end above the last id, ${END_OF_IDS - 1}`);
    if (start < end) findings.addAt(place, `the ids from ${start} are in mapping ${last} too`);
    if (start + size > end) [end, last] = [start + size, index];
  }
}

/** What a write to /proc/PID/uid_map refuses, see user_namespaces(7). */
export function checkMappings(
  mappings: MappingsDraft | undefined,
  path: readonly Segment[],
  findings: Findings,
): void {
  if (mappings === undefined) return;
  if (mappings.length > MAX_MAPPINGS) {
    findings.addAt(path, `it has ${mappings.length} mappings, the kernel takes ${MAX_MAPPINGS}`);
  }
  checkSide(mappings, 'containerID', path, findings);
  checkSide(mappings, 'hostID', path, findings);
}

/** A new user namespace needs its mappings; one that is joined has its own, and without one they mean nothing. */
export const checkIdMappings: Rule<SpecDraft> = (spec, findings) => {
  const { linux } = spec;
  const isNew = linux?.namespaces?.some((one) => one?.type === 'user' && one.path === undefined);
  for (const member of MEMBERS) {
    const path = ['linux', member];
    const mappings = linux?.[member];
    checkMappings(mappings, path, findings);
    const isGiven = mappings !== undefined && mappings.length > 0;
    if (isGiven && !hasNamespace(spec, 'user')) {
      findings.warnAt(path, 'it is ignored without a namespace of type "user"');
    }
    if (isNew === true && !isGiven) findings.addAt(path, 'a new namespace of type "user" needs it');
  }
};
