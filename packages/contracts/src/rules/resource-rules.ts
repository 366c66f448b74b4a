import type { Findings } from '../describe/findings.js';
import type { Draft } from '../describe/shape.js';
import type { Resources } from '../oci/resources.js';
import { checkDuplicates } from './duplicates.js';

/** The rules of `linux.resources` that hold on every machine; cgroup-manager knows what this one can do. */
export function checkResources({ hugepageLimits }: Draft<Resources>, findings: Findings): void {
  checkDuplicates(
    (hugepageLimits ?? []).map((limit) => limit?.pageSize),
    (index) => ['hugepageLimits', index, 'pageSize'],
    findings,
  );
}
