import type { CpuResources, MemoryResources, Rlimit } from '@mini/contracts';
import { DEFAULT_LOG, type RootRequest, type RunOptions, withDefaults } from '../engine/run-options.js';
import { completeHealth } from './complete-health.js';
import { type Failure, quote } from './problem.js';
import type { LogSettings, RunDraft } from './run-draft.js';

/** What is being done, as messages call it. */
export type MakingVerb = 'run' | 'create';

/** How messages about a whole container begin. */
export function beginOfMessage(verb: MakingVerb): string {
  return `failed to ${verb} a container: `;
}

/**
 * The options of a run from all that flags and file say, with the defaults filled in. What does not go together or
 * is missing is noted in `failures`; the result is meaningless then.
 */
export function completeDraft(draft: RunDraft, failures: Failure[], verb: MakingVerb = 'run'): RunOptions {
  const { settings, ...given } = draft;
  failures.push(
    ...checkRoot(draft, verb),
    ...checkMemory(draft.resources?.memory),
    ...checkCpu(draft.resources?.cpu),
  );
  failures.push(
    ...checkRestart(draft),
    ...checkSysctls(draft),
    ...checkHostname(draft),
    ...checkTargets(draft),
  );
  return withDefaults({
    ...given,
    root: draft.root ?? { kind: 'host' },
    ulimits: keepLast(draft.ulimits ?? []),
    ...completeLog(settings?.log),
    ...completeHealth(settings?.health, failures),
  });
}

function completeLog(log: LogSettings | undefined): Pick<RunDraft, 'log'> {
  if (log === undefined) return {};
  if (log.driver === 'none') return { log: null };
  const { maxBytes, maxFiles } = { ...DEFAULT_LOG, ...log };
  return { log: { maxBytes, maxFiles } };
}

/** The root that an image's name stands for; whether there is such an image is seen when it is run. */
export function rootOfImage(image: string): RootRequest {
  return image === 'host' ? { kind: 'host' } : { kind: 'image', name: image };
}

function checkRoot({ root, command = [], entrypoint }: RunDraft, verb: MakingVerb): Failure[] {
  const hint = `mini ${verb} [FLAGS] IMAGE|--rootfs DIR [COMMAND] [ARG...]`;
  const words = [...(entrypoint ?? []), ...command];
  // As in docker, an entrypoint drops the image's own command, also the empty one.
  const hasDefault = root !== undefined && root.kind !== 'directory' && entrypoint === undefined;
  const missing = [
    ...(root === undefined ? ['the image (or --rootfs DIR)'] : []),
    ...(words.length === 0 && !hasDefault ? ['the command'] : []),
  ];
  if (missing.length > 0) {
    const are = missing.length === 1 ? 'is' : 'are';
    return [{ message: `${beginOfMessage(verb)}${missing.join(' and ')} ${are} missing`, hint }];
  }
  return words[0] === '' ? [{ message: `${beginOfMessage(verb)}the command is empty`, hint }] : [];
}

function checkRestart({ rm, restart }: RunDraft): Failure[] {
  if (rm !== true || restart === undefined || restart.policy === 'no') return [];
  return [{ message: `failed to parse --restart "${restart.policy}": it excludes --rm` }];
}

function checkMemory({ limit, swap, reservation }: MemoryResources = {}): Failure[] {
  const failures: Failure[] = [];
  if (swap !== undefined && swap !== -1 && limit === undefined) {
    failures.push({ message: `failed to parse --memory-swap "${swap}": it needs --memory too` });
  }
  if (swap !== undefined && swap !== -1 && limit !== undefined && swap < limit) {
    failures.push({
      message: `failed to parse --memory-swap "${swap}": it is memory and swap together and must not be below the memory limit ${limit}`,
    });
  }
  if (reservation !== undefined && limit !== undefined && reservation > limit) {
    failures.push({
      message: `failed to parse --memory-reservation "${reservation}": it must not be above the memory limit ${limit}`,
    });
  }
  return failures;
}

function checkCpu({ quota, period }: CpuResources = {}): Failure[] {
  return quota !== undefined && quota > 0 && period !== undefined && quota / period > 100_000
    ? [{ message: `failed to parse --cpu-quota "${quota}": it is more than 100000 periods of ${period}` }]
    : [];
}

/** Parameters that each namespace has for itself; any other would change the host. */
function checkSysctls({ sysctls = {}, network, ipc }: RunDraft): Failure[] {
  return Object.keys(sysctls).flatMap((name) => {
    const isNet = name.startsWith('net.');
    const isIpc = /^(kernel\.(msg|sem|shm)\w*|fs\.mqueue\..+)$/.test(name);
    let reason: string | undefined;
    if (!isNet && !isIpc) reason = 'it belongs to the whole machine, not to a namespace';
    else if (isNet && network === 'host') reason = 'with --network host it would change the host';
    else if (isIpc && ipc === 'host') reason = 'with --ipc host it would change the host';
    return reason === undefined ? [] : [{ message: `failed to set --sysctl ${quote(name)}: ${reason}` }];
  });
}

function checkHostname({ hostname, uts }: RunDraft): Failure[] {
  return hostname !== undefined && uts === 'host'
    ? [{ message: `failed to set the hostname ${quote(hostname)}: with --uts host it would change the host` }]
    : [];
}

function checkTargets({ mounts = [] }: RunDraft): Failure[] {
  const seen = new Map<string, string>();
  return mounts.flatMap(({ target, origin }) => {
    const earlier = seen.get(target);
    seen.set(target, origin);
    if (earlier === undefined) return [];
    return [{ message: `failed to parse ${origin}: the target ${quote(target)} is taken by ${earlier}` }];
  });
}

function keepLast(ulimits: readonly Rlimit[]): Rlimit[] {
  return [...new Map(ulimits.map((ulimit) => [ulimit.type, ulimit])).values()];
}
