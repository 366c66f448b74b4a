import { constants } from 'node:os';
import type { Container } from '../containers.js';
import type { HealthCheck } from '../run-options.js';
import { listAnonymous } from './inspect-mounts.js';

/** What a container is made of, apart from the machine. */
export interface InspectedConfig {
  readonly Hostname: string;
  readonly Domainname: string;
  /** As it was asked for; empty when it was not. What it was looked up to stands in the Spec. */
  readonly User: string;
  readonly Tty: boolean;
  readonly OpenStdin: boolean;
  readonly Env: readonly string[];
  readonly Cmd: readonly string[];
  /** `null` when there is none. */
  readonly Entrypoint: readonly string[] | null;
  readonly Image: string;
  readonly WorkingDir: string;
  /** Targets that the image names, or the user for volumes without names; absent when there are none. */
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Annotations: Readonly<Record<string, string>>;
  readonly StopSignal: string;
  /** Seconds. */
  readonly StopTimeout: number;
  /** Of a container with a health check; times are nanoseconds. */
  readonly Healthcheck?: {
    readonly Test: readonly string[];
    readonly Interval: number;
    readonly Timeout: number;
    readonly Retries: number;
    readonly StartPeriod: number;
    readonly StartInterval: number;
  };
}

export function describeConfig({ record }: Container): InspectedConfig {
  const { process, hostname = '', domainname = '', annotations = {} } = record.spec;
  return {
    Hostname: hostname,
    Domainname: domainname,
    User: record.user ?? '',
    Tty: process.terminal === true,
    OpenStdin: record.interactive,
    Env: process.env ?? [],
    Cmd: process.args.slice(record.entrypoint?.length ?? 0),
    Entrypoint: record.entrypoint ?? null,
    Image: record.image,
    WorkingDir: process.cwd,
    ...describeImageParts(record),
    // The keys are the user's own: no prototype, so that none of them means anything else.
    Labels: Object.assign(Object.create(null), record.labels),
    Annotations: Object.assign(Object.create(null), annotations),
    StopSignal: nameSignal(record.stopSignal),
    StopTimeout: record.stopTimeoutMs < 0 ? -1 : record.stopTimeoutMs / 1000,
    ...(record.health === undefined ? {} : { Healthcheck: describeHealthcheck(record.health) }),
  };
}

function describeImageParts(record: Container['record']): Pick<InspectedConfig, 'Volumes' | 'ExposedPorts'> {
  const { root } = record;
  const { volumes: ofImage = [], exposedPorts } = root.kind === 'layers' ? root : {};
  const targets = [...ofImage, ...listAnonymous(record).map(({ target }) => target)];
  const toSet = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]));
  return {
    ...(targets.length === 0 ? {} : { Volumes: toSet(targets) }),
    ...(exposedPorts === undefined ? {} : { ExposedPorts: toSet(exposedPorts) }),
  };
}

const NS_PER_MS = 1_000_000;

function describeHealthcheck(health: HealthCheck): NonNullable<InspectedConfig['Healthcheck']> {
  const [shell, flag, line = ''] = health.command;
  const isShell = shell === '/bin/sh' && flag === '-c' && health.command.length === 3;
  return {
    Test: isShell ? ['CMD-SHELL', line] : ['CMD', ...health.command],
    Interval: health.intervalMs * NS_PER_MS,
    Timeout: health.timeoutMs * NS_PER_MS,
    Retries: health.retries,
    StartPeriod: health.startPeriodMs * NS_PER_MS,
    StartInterval: health.startIntervalMs * NS_PER_MS,
  };
}

/** A signal by its name; by its number where it has none. */
export function nameSignal(number: number): string {
  return Object.entries(constants.signals).find(([, each]) => each === number)?.[0] ?? String(number);
}
