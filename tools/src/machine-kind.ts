import { existsSync, readFileSync, statfsSync } from 'node:fs';

/** What decides which tests a machine can run. */
export interface MachineFacts {
  readonly env: NodeJS.ProcessEnv;
  /** `v2` alone, `v1` alone, or `hybrid`: v1 controllers beside a cgroup2 mount. */
  readonly cgroupMode: 'v1' | 'v2' | 'hybrid';
  /** The bounding set, as CapBnd of /proc/self/status. */
  readonly boundingSet: bigint;
}

const capSysResource = 24n;
const cgroup2Magic = 0x63677270;

/**
 * The name under which `e2e/expected-skips.json` lists what this machine cannot run: `vm-cgroup2`,
 * `hosted-runner`, else the cgroup mode with what is missing, such as `hybrid-no-sys-resource`.
 */
export function nameMachineKind({ env, cgroupMode, boundingSet }: MachineFacts): string {
  if (env.MINI_VM === '1') return 'vm-cgroup2';
  if (env.GITHUB_ACTIONS === 'true' && env.RUNNER_ENVIRONMENT !== 'self-hosted') return 'hosted-runner';
  const hasSysResource = ((boundingSet >> capSysResource) & 1n) === 1n;
  return hasSysResource ? cgroupMode : `${cgroupMode}-no-sys-resource`;
}

/** The kind of the machine that this runs on. */
export function detectMachineKind(): string {
  return nameMachineKind({
    env: process.env,
    cgroupMode: detectCgroupMode(),
    boundingSet: readBoundingSet(readFileSync('/proc/self/status', 'utf8')),
  });
}

/** Source: proc(5), CapBnd. */
export function readBoundingSet(status: string): bigint {
  const digits = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return digits === undefined ? 0n : BigInt(`0x${digits}`);
}

function detectCgroupMode(): MachineFacts['cgroupMode'] {
  const root = '/sys/fs/cgroup';
  if (!existsSync(root)) return 'v1';
  if (statfsSync(root).type === cgroup2Magic) return 'v2';
  return existsSync(`${root}/unified/cgroup.procs`) ? 'hybrid' : 'v1';
}
