import type { NamespaceType, Spec } from '@mini/contracts';
import { DEFAULT_MASKED_PATHS, DEFAULT_READONLY_PATHS, defaultMounts } from '@mini/rootfs-manager';
import { capabilitiesFor, DEFAULT_CAPABILITIES } from './default-capabilities.js';
import type { SpawnOptions } from './spawn-options.js';

/** The version of the runtime-spec that mini's Specs are written in. */
export const OCI_VERSION = '1.3.0';

const NAMESPACES: readonly NamespaceType[] = ['mount', 'pid', 'uts', 'ipc', 'network', 'cgroup'];
/** The environment of a process that was given none. */
export const DEFAULT_ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** Who calls: decides whether a user namespace is needed, and what it maps. */
export interface Caller {
  readonly uid: number;
  readonly gid: number;
}

/** The Spec that options of `spawn` stand for. A pure function. */
export function buildSpawnSpec(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  caller: Caller,
): Spec {
  const types = options.namespaces ?? (caller.uid === 0 ? NAMESPACES : ['user', ...NAMESPACES]);
  const namespaces = types.map((type) => ({ type }));
  const user = options.user ?? { uid: 0, gid: 0 };
  const env = Object.entries(options.env ?? DEFAULT_ENV).map(([name, value]) => `${name}=${value}`);
  return {
    ociVersion: OCI_VERSION,
    root: { path: options.root ?? '/', readonly: options.readonlyRoot ?? false },
    ...(options.hostname === undefined ? {} : { hostname: options.hostname }),
    mounts: options.mounts ?? defaultMounts(namesTerminalGroup(types, options) ? {} : { terminalGid: null }),
    process: {
      user,
      args: [command, ...args],
      env,
      cwd: options.cwd ?? '/',
      capabilities: options.capabilities ?? capabilitiesFor(user.uid, DEFAULT_CAPABILITIES),
      rlimits: options.rlimits ?? [],
      noNewPrivileges: options.noNewPrivileges ?? true,
    },
    linux: {
      namespaces,
      ...(types.includes('user') ? mappings(options, caller) : {}),
      resources: options.limits ?? {},
      maskedPaths: DEFAULT_MASKED_PATHS,
      readonlyPaths: DEFAULT_READONLY_PATHS,
    },
  };
}

/** Whether the container can name the group that owns terminals by default: without a user namespace it can. */
function namesTerminalGroup(types: readonly NamespaceType[], { gidMappings = [] }: SpawnOptions): boolean {
  const isMapped = gidMappings.some(({ containerID, size }) => containerID <= 5 && containerID + size > 5);
  return isMapped || !types.includes('user');
}

function mappings({ uidMappings, gidMappings }: SpawnOptions, { uid, gid }: Caller) {
  return {
    uidMappings: uidMappings ?? [{ containerID: 0, hostID: uid, size: 1 }],
    gidMappings: gidMappings ?? [{ containerID: 0, hostID: gid, size: 1 }],
  };
}
