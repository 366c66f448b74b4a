import type { Resources } from '@mini/contracts';
import type { CgroupFiles } from './cgroup-files.js';
import { parseLimit, readOptional } from './control-file.js';
import type { CurrentLimits } from './controllers/controller.js';
import type { GroupDirectory } from './group-directory.js';

/** Reads those limits of a group that decide the order or the value of new ones; few, and only when needed. */
export function readCurrentLimits(
  directories: readonly GroupDirectory[],
  { memory, cpu }: Resources,
  files: CgroupFiles,
): CurrentLimits {
  const memoryTree = directories.find(({ hierarchy }) => hierarchy.controllers.includes('memory'));
  const cpuTree = directories.find(({ hierarchy }) => hierarchy.controllers.includes('cpu'));
  const limits: { -readonly [Key in keyof CurrentLimits]: CurrentLimits[Key] } = {};
  if (memory !== undefined && memoryTree !== undefined) {
    const isV1 = memoryTree.hierarchy.version === 1;
    const file = isV1 ? 'memory.memsw.limit_in_bytes' : 'memory.max';
    const read = (name: string) => readOptional(`${memoryTree.directory}/${name}`, files);
    const text = read(file);
    if (text !== undefined) limits[isV1 ? 'memorySwapBytes' : 'memoryBytes'] = parseLimit(text);
    const usage = !isV1 && memory.checkBeforeUpdate && read('memory.current');
    if (usage) limits.memoryUsageBytes = Number(usage.trim());
  }
  if (cpu?.period && cpuTree?.hierarchy.version === 2) {
    const text = readOptional(`${cpuTree.directory}/cpu.max`, files);
    if (text !== undefined) limits.cpuQuotaUs = parseLimit(text.split(' ')[0]!);
  }
  if (cpu?.burst !== undefined && cpuTree !== undefined) {
    const file = cpuTree.hierarchy.version === 1 ? 'cpu.cfs_burst_us' : 'cpu.max.burst';
    const text = readOptional(`${cpuTree.directory}/${file}`, files);
    if (text !== undefined) limits.cpuBurstUs = Number(text.trim());
  }
  return limits;
}
