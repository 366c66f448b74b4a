import { type CapabilityName, RuntimeError, type Seccomp } from '@mini/contracts';
import { type CompiledSeccomp, compileSeccomp, defaultSeccomp, resolveProfile } from '@mini/seccomp';
import type { Engine } from './engine.js';
import { openFilterCache } from './filter-cache.js';
import type { RunOptions } from './run-options.js';

/** What a profile depends on beside the options. */
export interface SeccompFacts {
  readonly capabilities: readonly CapabilityName[];
  /** As `process.arch` names it. */
  readonly machine: string;
  readonly kernelRelease: string;
}

/**
 * `linux.seccomp` of a container; `undefined` for none. A pure function. Throws `RuntimeError` `bad-seccomp`, also for a
 * profile that asks a listener: a container that is started again, by its monitor, would have nobody to answer.
 */
export function buildSeccomp(
  { seccomp }: Pick<RunOptions, 'seccomp'>,
  facts: SeccompFacts,
): Seccomp | undefined {
  if (seccomp === 'unconfined') return undefined;
  if (seccomp === 'default') return defaultSeccomp(facts.capabilities, facts.machine);
  const resolved = resolveProfile(seccomp, facts);
  if (resolved.syscalls?.some(({ action }) => action === 'SCMP_ACT_NOTIFY')) {
    throw new RuntimeError({
      code: 'bad-seccomp',
      message:
        'failed to use the seccomp profile: "SCMP_ACT_NOTIFY" needs a listener, which only mini-oci has',
    });
  }
  return resolved;
}

/** The filter as a Plan takes it. Throws what `compileSeccomp` throws. */
export function compileFilter(
  { caller }: Engine,
  seccomp: Seccomp | undefined,
): { readonly seccomp?: CompiledSeccomp } {
  if (seccomp === undefined) return {};
  return { seccomp: compileSeccomp(seccomp, openFilterCache(caller.uid)) };
}
