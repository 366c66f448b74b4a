import type {
  CapabilityName,
  HealthRecord,
  IdMapping,
  Resources,
  RestartPolicyKind,
  Rlimit,
} from '@mini/contracts';
import type { OnProgress } from '@mini/image-store/registry';
import type { SeccompProfile } from '@mini/seccomp';
import type { IdMaps } from './id-maps.js';

/** What a container is made of, as the command line, `--config` or a program says it; paths are absolute. */
export interface RunOptions {
  readonly root: RootRequest;
  /** When an image is fetched from its registry; `missing`, when it is not here, unless told. */
  readonly pull?: PullPolicy;
  /** `OS/ARCH[/VARIANT]` that the image has to be for; this machine's unless told. */
  readonly platform?: string;
  /** Called before an image is fetched; what it returns is told how that goes. */
  readonly onPull?: (name: string) => Promise<OnProgress | undefined>;
  /** What stands after the image; empty: the image's own command. */
  readonly command: readonly string[];
  /** Replaces the image's entrypoint; an empty array switches it off. */
  readonly entrypoint?: readonly string[];
  readonly name?: string;
  /** Remove everything of the container when it has ended. */
  readonly rm: boolean;
  /** `KEY=value`, the later one wins. */
  readonly env: readonly string[];
  readonly workdir?: string;
  /** `user[:group]`, names or numbers, looked up in the container's root. */
  readonly user?: string;
  readonly groupAdd: readonly string[];
  /** The ids that it has; the machine's unless told, see `withIdMaps`. */
  readonly idMaps?: IdMaps;
  readonly hostname?: string;
  readonly mounts: readonly MountRequest[];
  readonly readOnly: boolean;
  readonly capAdd: readonly (CapabilityName | 'ALL')[];
  readonly capDrop: readonly (CapabilityName | 'ALL')[];
  /** All capabilities and devices, no seccomp filter, nothing masked or read-only; the namespaces stay. */
  readonly privileged: boolean;
  readonly noNewPrivileges: boolean;
  /** The filter of system calls: the default profile, none, or a profile as docker and podman take it. */
  readonly seccomp: 'default' | 'unconfined' | SeccompProfile;
  readonly ulimits: readonly Rlimit[];
  /** Size of /dev/shm in bytes. */
  readonly shmSizeBytes: number;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly devices: readonly DeviceRequest[];
  readonly network: 'none' | 'host';
  readonly pid: 'private' | 'host';
  readonly ipc: 'private' | 'host';
  readonly uts: 'private' | 'host';
  /** Control groups that the container sees: its own as the root of all, or all of the machine's. */
  readonly cgroupns: 'private' | 'host';
  /** Limits, in the form of the OCI runtime-spec. */
  readonly resources: Resources;
  /** Keep stdin open (`-i`). */
  readonly interactive: boolean;
  /** Give the process a terminal of its own (`-t`). */
  readonly tty: boolean;
  /** Keep a reaping PID 1 of ours above the command. */
  readonly init: boolean;
  /** Path of a file that the full id is written to; it must not exist. */
  readonly cidfile?: string;
  /** Number of the signal that asks the command to stop; that of the image, else 15. */
  readonly stopSignal?: number;
  /** How long it may take to stop before it is killed, in milliseconds; -1 for ever. */
  readonly stopTimeoutMs: number;
  /** When its monitor starts it again. */
  readonly restart: RestartPolicy;
  /** How its monitor looks at its health; absent: as the image says, `null`: not at all. */
  readonly health?: HealthCheck | null;
  /** Times and counts that replace those of the image's own check. */
  readonly healthTimes?: Partial<Omit<HealthCheck, 'command'>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The log: rotated at `maxBytes` (0 never) into `maxFiles` files; `null` keeps none. */
  readonly log: { readonly maxBytes: number; readonly maxFiles: number } | null;
}

/** When a container that has ended is started again, unless it was asked to stop. */
export interface RestartPolicy {
  readonly policy: RestartPolicyKind;
  /** Most restarts after failures; 0 is any number. */
  readonly most: number;
}

/** A command that tells by its exit code how a container fares: 0 is well. */
export interface HealthCheck extends Omit<HealthRecord, 'planFd' | 'helperFd'> {
  readonly command: readonly string[];
}

/** Docker's times. */
export const DEFAULT_HEALTH: Omit<HealthCheck, 'command'> = {
  intervalMs: 30_000,
  timeoutMs: 30_000,
  retries: 3,
  startPeriodMs: 0,
  startIntervalMs: 5000,
};

export const DEFAULT_STOP_SIGNAL = 15;

export const NO_RESTART: RestartPolicy = { policy: 'no', most: 0 };

/** Where the root file system comes from. */
export type RootRequest =
  /** This machine's own root under a throw-away layer: the image named `host`. */
  | { readonly kind: 'host' }
  /** A directory as it is, or (`overlay`, written `DIR:O`) under a throw-away layer. */
  | { readonly kind: 'directory'; readonly path: string; readonly overlay: boolean }
  /** An image that mini keeps, by its name or id. */
  | { readonly kind: 'image'; readonly name: string }
  | LayersRoot;

/** The unpacked layers of an image under a throw-away layer: what an image's name stands for once it was found. */
export interface LayersRoot {
  readonly kind: 'layers';
  /** As it was asked for. */
  readonly name: string;
  /** The digest of the image's config. */
  readonly id: string;
  /** Diff ids, the topmost layer first. */
  readonly diffIds: readonly string[];
  /** Where these lie unpacked. */
  readonly lowers: readonly string[];
  /** What the image says of its containers beside what became options. */
  readonly volumes?: readonly string[];
  readonly exposedPorts?: readonly string[];
}

export interface MountRequest {
  readonly type: 'bind' | 'tmpfs' | 'volume';
  /** Of a bind an absolute path on the host, of a volume its name; absent for a volume without one. */
  readonly source?: string;
  /** Absolute path in the container. */
  readonly target: string;
  /** Mount options as mount(8) and the OCI runtime-spec name them: `ro`, `rprivate`, `size=1m`, … */
  readonly options: readonly string[];
  /** Make a missing source a directory, as `-v` does and `--mount` does not. */
  readonly createSource: boolean;
  /** What it was written as, for error sentences: `-v "/a:/b"`. */
  readonly origin: string;
  /** Of a volume only. */
  readonly volume?: VolumeSettings;
  /** Of a bind with `ro`: what is mounted below the source stays as it is. */
  readonly keepsBelow?: boolean;
  /** Show the files as others' than their owners'; not of a tmpfs. */
  readonly idMap?: MountIdMap;
}

/** Whose the files of a mount are shown as; without maps as those of the container's user namespace say. */
export interface MountIdMap {
  /** From ids of the files to ids of the host. */
  readonly uidMappings?: readonly IdMapping[];
  readonly gidMappings?: readonly IdMapping[];
}

/** How a volume is made if it is missing, and what of it is mounted. */
export interface VolumeSettings {
  /** Leave an empty one empty, whatever the image has at its target. */
  readonly noCopy?: boolean;
  /** A path in it, relative, that is mounted instead of all; it has to be there. */
  readonly subpath?: string;
  /** Only `local` is there. */
  readonly driver?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `type`, `device` and `o` of a file system that is mounted. */
  readonly options?: Readonly<Record<string, string>>;
}

export interface DeviceRequest {
  readonly hostPath: string;
  readonly containerPath: string;
  /** Any of `r`, `w` and `m`. */
  readonly access: string;
}

/** What has to be said of a container; all else has a default. */
export type RunRequest = Pick<RunOptions, 'root'> & Partial<RunOptions>;

/** When the image of a container is fetched. */
export const PULL_POLICIES = ['always', 'missing', 'never'] as const;
export type PullPolicy = (typeof PULL_POLICIES)[number];

/** A log never fills the disk unless it is asked to. */
export const DEFAULT_LOG = { maxBytes: 10_000_000, maxFiles: 3 } as const;

const DEFAULTS: Omit<RunOptions, 'root' | 'noNewPrivileges' | 'seccomp'> = {
  command: [],
  rm: false,
  env: [],
  groupAdd: [],
  mounts: [],
  readOnly: false,
  capAdd: [],
  capDrop: [],
  privileged: false,
  ulimits: [],
  shmSizeBytes: 64 * 1024 ** 2,
  sysctls: {},
  devices: [],
  network: 'none',
  pid: 'private',
  ipc: 'private',
  uts: 'private',
  cgroupns: 'private',
  resources: {},
  interactive: false,
  tty: false,
  init: false,
  stopTimeoutMs: 10_000,
  restart: NO_RESTART,
  labels: {},
  annotations: {},
  log: DEFAULT_LOG,
};

/** The whole of the options, with defaults for what is absent. */
export function withDefaults(request: RunRequest): RunOptions {
  const { privileged = false } = request;
  return {
    ...DEFAULTS,
    noNewPrivileges: !privileged,
    seccomp: privileged ? 'unconfined' : 'default',
    ...request,
  };
}
