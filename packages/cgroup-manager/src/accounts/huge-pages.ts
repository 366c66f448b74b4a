import type { Int64 } from '@mini/contracts';
import type { CgroupFiles } from '../cgroup-files.js';
import type { ControllerReader } from '../controller-reader.js';
import { numberIn, numbersIn } from './number-in.js';

/** Huge pages of one size. */
export interface HugePageAccounts {
  readonly usageBytes: Int64;
  /** v1 only. */
  readonly peakBytes?: Int64;
  /** How often the limit was hit. */
  readonly failures: Int64;
}

/** Has a directory `hugepages-2048kB` for each size. */
const SIZES = '/sys/kernel/mm/hugepages';

/** As the names of control files have it. Source: hugetlb_cgroup_init() of Linux. */
function formatSize(kilobytes: number): string {
  if (kilobytes >= 1 << 20) return `${kilobytes >> 20}GB`;
  return kilobytes >= 1 << 10 ? `${kilobytes >> 10}MB` : `${kilobytes}KB`;
}

/**
 * Nothing where the group does not count them, as on a hybrid machine without a limit. Source: cgroup-v1/hugetlb.rst and
 * cgroup-v2.rst of Linux.
 */
export function readHugePages(
  { read, version }: ControllerReader,
  files: CgroupFiles,
): Readonly<Record<string, HugePageAccounts>> {
  if (!files.exists(SIZES)) return {};
  const sizes = files
    .listDirectories(SIZES)
    .map((name) => formatSize(Number(/^hugepages-(\d+)kB$/.exec(name)?.[1] ?? 0)))
    .filter((size) => read(`hugetlb.${size}.${version === 1 ? 'usage_in_bytes' : 'current'}`) !== undefined)
    .sort();
  return Object.fromEntries(
    sizes.map((size) => [size, version === 1 ? readV1(read, size) : readV2(read, size)]),
  );
}

function readV1(read: ControllerReader['read'], size: string): HugePageAccounts {
  return {
    usageBytes: numberIn(read(`hugetlb.${size}.usage_in_bytes`)),
    peakBytes: numberIn(read(`hugetlb.${size}.max_usage_in_bytes`)),
    failures: numberIn(read(`hugetlb.${size}.failcnt`)),
  };
}

function readV2(read: ControllerReader['read'], size: string): HugePageAccounts {
  return {
    usageBytes: numberIn(read(`hugetlb.${size}.current`)),
    failures: numbersIn(read(`hugetlb.${size}.events`)).max ?? 0,
  };
}
