import type { Controller, Setting } from './controller.js';

const FIELD = 'linux.resources.hugepageLimits';

/** Huge pages by their sizes. Sources: cgroup-v1/hugetlb.rst and cgroup-v2.rst of Linux. */
export const hugetlbController: Controller = {
  v1: 'hugetlb',
  v2: 'hugetlb',
  field: FIELD,
  compile: ({ hugepageLimits = [] }, version) =>
    hugepageLimits.map(
      ({ pageSize, limit }, index): Setting => ({
        file: version === 1 ? `hugetlb.${pageSize}.limit_in_bytes` : `hugetlb.${pageSize}.max`,
        value: `${limit}`,
        field: `${FIELD}[${index}]`,
      }),
    ),
  validate: () => [],
};
