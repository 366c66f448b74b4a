import type { Linux, MemoryPolicy, Step } from '@mini/contracts';
import { toBits } from './compile-scheduling.js';

/** Source: linux/mempolicy.h. */
const MODE: Readonly<Record<MemoryPolicy['mode'], number>> = {
  MPOL_DEFAULT: 0,
  MPOL_PREFERRED: 1,
  MPOL_BIND: 2,
  MPOL_INTERLEAVE: 3,
  MPOL_LOCAL: 4,
  MPOL_PREFERRED_MANY: 5,
  MPOL_WEIGHTED_INTERLEAVE: 6,
};

const FLAG = {
  MPOL_F_STATIC_NODES: 1 << 15,
  MPOL_F_RELATIVE_NODES: 1 << 14,
  MPOL_F_NUMA_BALANCING: 1 << 13,
} as const;

/** The names that `features` tells. */
export const MEMORY_POLICY_MODES = Object.keys(MODE);
export const MEMORY_POLICY_FLAGS = Object.keys(FLAG);

/** From which memory nodes a process of the container gets its pages. Source: set_mempolicy(2). */
export function compileMemoryPolicy({ memoryPolicy }: Pick<Linux, 'memoryPolicy'>): Step[] {
  if (memoryPolicy === undefined) return [];
  const { mode, nodes = '', flags = [] } = memoryPolicy;
  return [
    {
      op: 'memory_policy',
      mode: flags.reduce((bits, flag) => bits | FLAG[flag], MODE[mode]),
      nodes: nodes.trim() === '' ? new Uint8Array() : toBits(nodes, 'linux.memoryPolicy.nodes'),
      origin: 'linux.memoryPolicy',
    },
  ];
}
