import type { Cgroup } from '../cgroup.js';
import { type CgroupFiles, kernelFiles } from '../cgroup-files.js';
import { findReader, findReaders } from '../controller-reader.js';
import { wrapping } from '../errors.js';
import type { GroupDirectory } from '../group-directory.js';
import { type CpuAccounts, readCpuV1, readCpuV2 } from './cpu.js';
import { type CpusetAccounts, readCpuset } from './cpuset.js';
import { type HugePageAccounts, readHugePages } from './huge-pages.js';
import { type IoAccounts, readIoV1, readIoV2 } from './io.js';
import { type MemoryAccounts, readMemoryV1, readMemoryV2 } from './memory.js';
import { type PidsAccounts, readPids } from './pids.js';

/**
 * All that the kernel counts for a group: what `stats` leaves out because it takes dozens of files. A part is absent when
 * the machine has no controller for it.
 */
export interface CgroupAccounts {
  readonly cpu?: CpuAccounts;
  readonly cpuset?: CpusetAccounts;
  readonly memory?: MemoryAccounts;
  readonly pids?: PidsAccounts;
  readonly io?: IoAccounts;
  /** By size of page, as the kernel writes it: `2MB`. */
  readonly hugePages?: Readonly<Record<string, HugePageAccounts>>;
}

/**
 * The accounts of a group, at the price of dozens of files. Throws `RuntimeError` with code `cgroup-read`. No method of
 * the group, so that who only starts containers does not load it.
 */
export function readAccounts(
  { path, directories }: Cgroup,
  files: CgroupFiles = kernelFiles,
): CgroupAccounts {
  return wrapping('cgroup-read', `failed to read accounts of cgroup "${path}"`, () =>
    readAll(directories, files),
  );
}

function readAll(directories: readonly GroupDirectory[], files: CgroupFiles): CgroupAccounts {
  const find = findReader(directories, files);
  const { memory, pids, io, account, cpu } = findReaders(directories, files);
  const cpuset = find('cpuset', 'cpuset', 'cpuset.cpus');
  const hugePages = find('hugetlb', 'hugetlb', 'cgroup.procs');
  return {
    ...(account && {
      cpu: account.version === 1 ? readCpuV1(account.read, cpu?.read) : readCpuV2(account.read),
    }),
    ...(cpuset && { cpuset: readCpuset(cpuset) }),
    ...(memory && { memory: memory.version === 1 ? readMemoryV1(memory.read) : readMemoryV2(memory.read) }),
    ...(pids && { pids: readPids(pids.read) }),
    ...(io && { io: io.version === 1 ? readIoV1(io.read) : readIoV2(io.read) }),
    ...(hugePages && { hugePages: readHugePages(hugePages, files) }),
  };
}
