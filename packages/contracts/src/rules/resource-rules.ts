import type { Findings } from '../describe/findings.js';
import type { Draft } from '../describe/shape.js';
import type { Resources } from '../oci/resources.js';
import { checkDuplicates } from './duplicates.js';
import { isLost, itemsOf, type Rule, type SpecDraft } from './rule.js';

/** The rules of `linux.resources` that hold on every machine; cgroup-manager knows what this one can do. */
export function checkResources({ hugepageLimits }: Draft<Resources>, findings: Findings): void {
  checkDuplicates(
    (hugepageLimits ?? []).map((limit) => limit?.pageSize),
    (index) => ['hugepageLimits', index, 'pageSize'],
    findings,
  );
}

/** mknod(2) needs numbers for all but a FIFO. */
export const checkDevices: Rule<SpecDraft> = ({ linux }, findings) => {
  for (const [index, device] of itemsOf(linux?.devices)) {
    if (device.type === undefined || device.type === 'p') continue;
    for (const member of ['major', 'minor'] as const) {
      if (device[member] !== undefined || isLost(device, member)) continue;
      findings.addAt(['linux', 'devices', index, member], `a device of type "${device.type}" needs it`);
    }
  }
};
