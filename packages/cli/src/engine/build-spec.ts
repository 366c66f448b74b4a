import type { CapabilityName, Device, Mount, NamespaceType, Spec } from '@mini/contracts';
import { DEFAULT_MASKED_PATHS, DEFAULT_READONLY_PATHS } from '@mini/rootfs-manager';
import { capabilitiesFor, OCI_VERSION } from '@mini/runtime-core';
import { resolveCapabilities } from './container-capabilities.js';
import { buildEnvironment } from './container-env.js';
import { buildMounts } from './container-mounts.js';
import { buildResources } from './container-resources.js';
import { buildSeccomp } from './container-seccomp.js';
import { buildSysctls } from './container-sysctls.js';
import type { RunOptions } from './run-options.js';

/** What the machine and the root add to the options: read once, so that the Spec is a pure function of it. */
export interface SpecFacts {
  /** Full id, 64 hexadecimal digits. */
  readonly id: string;
  /** What the container is called, its own name or the host's. */
  readonly hostname: string;
  readonly rootPath: string;
  /** The image's own command, for when none is given. */
  readonly defaultCommand: readonly string[];
  readonly user: {
    readonly uid: number;
    readonly gid: number;
    readonly additionalGids: readonly number[];
    readonly home: string;
  };
  /** Size of the client's terminal. */
  readonly terminalSize?: { readonly rows: number; readonly columns: number };
  /** Binds that mini adds: hosts, hostname, resolv.conf. */
  readonly etcMounts: readonly Mount[];
  readonly volumeMounts: readonly Mount[];
  readonly devices: readonly Device[];
  /** Paths of the machine's CPUs to mask; from `listThrottlePaths`. */
  readonly throttlePaths: readonly string[];
  readonly caller: { readonly uid: number; readonly gid: number };
  /** From `readAvailableCapabilities`. */
  readonly availableCapabilities: readonly CapabilityName[];
  /** Of the machine, as `process.arch` and `os.release()` give them. */
  readonly machine: string;
  readonly kernelRelease: string;
}

/** The Spec of a container that `mini run` asks for. A pure function. */
export function buildSpec(options: RunOptions, facts: SpecFacts): Spec {
  const capabilities = listCapabilities(options, facts);
  const seccomp = buildSeccomp(options, { ...facts, capabilities });
  return {
    ociVersion: OCI_VERSION,
    root: { path: facts.rootPath, readonly: options.readOnly },
    ...(options.uts === 'host' ? {} : { hostname: facts.hostname }),
    process: buildProcess(options, facts, capabilities),
    mounts: buildMounts(options, facts),
    annotations: options.annotations,
    linux: {
      namespaces: listNamespaces(options).map((type) => ({ type })),
      ...mappingsOf(options),
      cgroupsPath: `/mini/${facts.id}`,
      resources: buildResources(options, facts.devices, facts.caller),
      sysctl: buildSysctls(options),
      devices: facts.devices,
      maskedPaths: options.privileged ? [] : [...DEFAULT_MASKED_PATHS, ...facts.throttlePaths],
      readonlyPaths: options.privileged ? [] : DEFAULT_READONLY_PATHS,
      ...(seccomp === undefined ? {} : { seccomp }),
    },
  };
}

function listCapabilities(options: RunOptions, { availableCapabilities }: SpecFacts): CapabilityName[] {
  const { privileged, capAdd, capDrop } = options;
  return resolveCapabilities(privileged ? ['ALL', ...capAdd] : capAdd, capDrop, availableCapabilities);
}

function buildProcess(
  options: RunOptions,
  facts: SpecFacts,
  capabilities: readonly CapabilityName[],
): Spec['process'] {
  const { uid, gid, additionalGids, home } = facts.user;
  const { hostname, terminalSize } = facts;
  return {
    terminal: options.tty,
    ...(terminalSize ? { consoleSize: { height: terminalSize.rows, width: terminalSize.columns } } : {}),
    user: { uid, gid, additionalGids },
    args: commandOf(options, facts),
    env: buildEnvironment({ hostname, home, terminal: options.tty, requested: options.env }),
    cwd: options.workdir ?? '/',
    capabilities: capabilitiesFor(uid, capabilities),
    rlimits: options.ulimits,
    noNewPrivileges: options.noNewPrivileges,
  };
}

/** An entrypoint of the user's own drops the image's command, as docker does. */
function commandOf({ entrypoint, command }: RunOptions, { defaultCommand }: SpecFacts): readonly string[] {
  if (entrypoint !== undefined && entrypoint.length > 0) return [...entrypoint, ...command];
  return command.length > 0 ? command : defaultCommand;
}

function listNamespaces(options: RunOptions): NamespaceType[] {
  const shared = new Set<NamespaceType>();
  if (options.network === 'host') shared.add('network');
  if (options.pid === 'host') shared.add('pid');
  if (options.ipc === 'host') shared.add('ipc');
  if (options.uts === 'host') shared.add('uts');
  if (options.cgroupns === 'host') shared.add('cgroup');
  const all: NamespaceType[] = ['mount', 'pid', 'uts', 'ipc', 'network', 'cgroup'];
  return [
    ...(options.idMaps === undefined ? [] : (['user'] as const)),
    ...all.filter((type) => !shared.has(type)),
  ];
}

function mappingsOf({ idMaps }: RunOptions) {
  if (idMaps === undefined) return {};
  const { uidMappings, gidMappings } = idMaps;
  return { uidMappings, gidMappings };
}
