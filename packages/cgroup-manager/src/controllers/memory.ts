import type { Int64, MemoryResources, Resources } from '@mini/contracts';
import { cgroupError } from '../errors.js';
import {
  type Controller,
  type CurrentLimits,
  checkLimit,
  checkRange,
  isSet,
  type ResourceProblem,
  type Setting,
} from './controller.js';

const FIELD = 'linux.resources.memory';
/** Below this a container does not reach its command: docker's bound too. */
const LEAST_LIMIT_BYTES = 6 * 1024 * 1024;

/** Without a word about swap, an unlimited memory lifts the common limit too: it could not stay below. */
function swapOf(memory: MemoryResources): Int64 | undefined {
  return memory.limit === -1 && !isSet(memory.swap) ? -1 : memory.swap;
}

/**
 * v1 keeps memory ≤ memory + swap at every moment: when the common limit rises it goes first, otherwise last. A new
 * group is unlimited, so there the common limit always falls.
 */
function compileV1(memory: MemoryResources, current: CurrentLimits): Setting[] {
  const swap = swapOf(memory);
  const limits: Setting[] = [];
  if (isSet(memory.limit)) {
    limits.push({ file: 'memory.limit_in_bytes', value: `${memory.limit}`, field: `${FIELD}.limit` });
  }
  if (isSet(swap)) {
    const rises =
      typeof current.memorySwapBytes === 'number' && (swap === -1 || swap > current.memorySwapBytes);
    const common = { file: 'memory.memsw.limit_in_bytes', value: `${swap}`, field: `${FIELD}.swap` };
    // Kernels booted with swapaccount=0 lack the file.
    limits[rises ? 'unshift' : 'push']({ ...common, optional: true });
  }
  return limits;
}

function compileSwapV2(memory: MemoryResources, current: CurrentLimits): string | undefined {
  const swap = swapOf(memory);
  if (!isSet(swap)) return undefined;
  if (swap === -1) return 'max';
  const limit = isSet(memory.limit) ? memory.limit : current.memoryBytes;
  if (limit === undefined || limit === null || limit < 0 || limit > swap) {
    throw cgroupError(
      'cgroup-resources',
      `failed to set memory plus swap to ${swap} (${FIELD}.swap): ${whyNot(limit)}`,
      {
        field: `${FIELD}.swap`,
      },
    );
  }
  return `${BigInt(swap) - BigInt(limit)}`;
}

function whyNot(limit: Int64 | null | undefined): string {
  return limit !== undefined && limit !== null && limit >= 0
    ? `it is less than the memory limit of ${limit}`
    : 'there is no memory limit';
}

/** v1's kernel refuses a limit below what is used; v2's would kill for it. Source: runtime-spec, "Memory". */
function checkUsage(
  { limit, checkBeforeUpdate }: MemoryResources,
  { memoryUsageBytes }: CurrentLimits,
): void {
  if (checkBeforeUpdate !== true || memoryUsageBytes === undefined) return;
  if (!isSet(limit) || limit < 0 || limit >= memoryUsageBytes) return;
  throw cgroupError(
    'cgroup-resources',
    `failed to set memory to ${limit} (${FIELD}.limit): ${memoryUsageBytes} bytes are used`,
    { field: `${FIELD}.limit` },
  );
}

/** v2 limits swap alone, by the difference; the order is free. */
function compileV2(memory: MemoryResources, current: CurrentLimits): Setting[] {
  checkUsage(memory, current);
  const swap = compileSwapV2(memory, current);
  const limits: Setting[] = [];
  if (isSet(memory.limit)) {
    const value = memory.limit === -1 ? 'max' : `${memory.limit}`;
    limits.push({ file: 'memory.max', value, field: `${FIELD}.limit` });
  }
  if (swap !== undefined) {
    limits.push({ file: 'memory.swap.max', value: swap, field: `${FIELD}.swap`, optional: true });
  }
  return limits;
}

function compile({ memory }: Resources, version: 1 | 2, current: CurrentLimits): Setting[] {
  if (memory === undefined) return [];
  const settings = version === 1 ? compileV1(memory, current) : compileV2(memory, current);
  if (isSet(memory.reservation)) {
    const unlimited = version === 1 ? '-1' : 'max';
    settings.push({
      file: version === 1 ? 'memory.soft_limit_in_bytes' : 'memory.low',
      value: memory.reservation === -1 ? unlimited : `${memory.reservation}`,
      field: `${FIELD}.reservation`,
    });
  }
  if (version === 2) return settings;
  if (isSet(memory.kernelTCP)) {
    settings.push({
      file: 'memory.kmem.tcp.limit_in_bytes',
      value: `${memory.kernelTCP}`,
      field: `${FIELD}.kernelTCP`,
      optional: true,
    });
  }
  if (memory.swappiness !== undefined) {
    settings.push({ file: 'memory.swappiness', value: `${memory.swappiness}`, field: `${FIELD}.swappiness` });
  }
  if (memory.disableOOMKiller !== undefined && memory.disableOOMKiller) {
    settings.push({ file: 'memory.oom_control', value: '1', field: `${FIELD}.disableOOMKiller` });
  }
  return settings;
}

function listIgnored({ memory }: Resources, version: 1 | 2): string[] {
  if (memory === undefined) return [];
  const kernel = isSet(memory.kernel)
    ? [`${FIELD}.kernel was discarded: the kernel has no such limit since 5.11`]
    : [];
  if (version === 1) return kernel;
  const ignored = [];
  if (isSet(memory.kernelTCP)) ignored.push('kernelTCP');
  if (memory.swappiness !== undefined) ignored.push('swappiness');
  if (memory.disableOOMKiller) ignored.push('disableOOMKiller');
  return [
    ...kernel,
    ...ignored.map((member) => `${FIELD}.${member} was discarded: cgroup v2 has no such setting`),
  ];
}

function checkSwap({ limit, swap, reservation }: MemoryResources): ResourceProblem[] {
  const problems: ResourceProblem[] = [];
  if (isSet(swap) && swap !== -1 && !isSet(limit)) {
    problems.push({
      field: `${FIELD}.swap`,
      reason: 'memory plus swap can only be limited together with memory',
    });
  } else if (isSet(swap) && swap !== -1 && isSet(limit) && (limit === -1 || swap < limit)) {
    const memory = limit === -1 ? 'unlimited memory' : `the memory limit of ${limit}`;
    problems.push({
      field: `${FIELD}.swap`,
      reason: `memory plus swap of ${swap} bytes is less than ${memory}`,
    });
  }
  if (isSet(reservation) && isSet(limit) && limit > 0 && (reservation > limit || reservation === -1)) {
    const reason = `the reservation of ${reservation} bytes is more than the memory limit of ${limit}`;
    problems.push({ field: `${FIELD}.reservation`, reason });
  }
  return problems;
}

/** Memory and swap. Sources: Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst of Linux. */
export const memoryController: Controller = {
  v1: 'memory',
  v2: 'memory',
  field: FIELD,
  compile,
  listIgnored,
  validate: ({ memory }, _machine, { strictness = 'engine' }) => {
    if (memory === undefined) return [];
    const { limit, swap, reservation, swappiness } = memory;
    const problems = [
      ...checkLimit(`${FIELD}.limit`, limit),
      ...checkLimit(`${FIELD}.reservation`, reservation),
      ...checkLimit(`${FIELD}.swap`, swap),
      ...checkLimit(`${FIELD}.kernelTCP`, memory.kernelTCP),
      ...checkRange(`${FIELD}.swappiness`, swappiness, 0, 100),
    ];
    if (problems.length > 0) return problems;
    if (strictness === 'engine' && isSet(limit) && limit !== -1 && limit < LEAST_LIMIT_BYTES) {
      const reason = `the memory limit of ${limit} bytes is less than ${LEAST_LIMIT_BYTES} bytes (6 MiB)`;
      problems.push({ field: `${FIELD}.limit`, reason });
    }
    return [...problems, ...checkSwap(memory)];
  },
};
