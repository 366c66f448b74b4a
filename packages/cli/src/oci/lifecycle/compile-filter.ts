import type { Spec } from '@mini/contracts';
import type { SeccompFilter } from '@mini/runtime-core';
import { compileSeccomp } from '@mini/seccomp';
import { openFilterCache } from '../../engine/filter-cache.js';

/** The part of a Plan's context that `linux.seccomp` becomes. Throws what `compileSeccomp` throws. */
export function compileFilter({ linux }: Pick<Spec, 'linux'>): { seccomp?: SeccompFilter } {
  if (linux.seccomp === undefined) return {};
  return { seccomp: compileSeccomp(linux.seccomp, openFilterCache(process.geteuid?.() ?? 0)) };
}
