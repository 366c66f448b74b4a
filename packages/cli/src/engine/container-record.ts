import type { Rlimit, Spec } from '@mini/contracts';
import type { HealthCheck, RestartPolicy, RootRequest, RunOptions } from './run-options.js';

/** What is stored of a container: only what cannot be derived. How it fares its monitor's status and the kernel tell. */
export interface ContainerRecord {
  /** When it was made, in milliseconds of the Unix clock. */
  readonly createdMs: number;
  /** What it was made from, as the user said it. */
  readonly image: string;
  readonly spec: Spec;
  /** Remove it when it has ended. */
  readonly rm: boolean;
  /** Number of the signal that asks it to stop. */
  readonly stopSignal: number;
  /** How long it may take to stop before it is killed, in milliseconds; -1 for ever. */
  readonly stopTimeoutMs: number;
  readonly restart: RestartPolicy;
  readonly health?: HealthCheck;
  /** With which the command in the Spec begins, when there is one. */
  readonly entrypoint?: readonly string[];
  /** `user[:group]` as it was asked for. */
  readonly user?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Where its root comes from, for another start. */
  readonly root: RootRequest;
  readonly interactive: boolean;
  /** A reaping PID 1 of ours above the command. */
  readonly init: boolean;
  readonly log: RunOptions['log'];
  /** Made with `--privileged`; what that means stands in the Spec. */
  readonly privileged?: boolean;
  /** A directory outside of the container's own that goes with it. */
  readonly extraDirectory?: string;
  /** Mounts of it are cloned by whoever starts it, for nobody else could: its monitor does not start it again. */
  readonly passesBinds?: boolean;
  /** Its volumes; how they are mounted stands in the Spec. */
  readonly volumes?: readonly UsedVolume[];
}

/** A volume of a container. */
export interface UsedVolume {
  readonly name: string;
  /** Where it is mounted. */
  readonly target: string;
  /** Made for this container without a name. */
  readonly isAnonymous: boolean;
}

const ROOT_KINDS = new Set<unknown>(['host', 'directory', 'layers'] satisfies RootRequest['kind'][]);

/** What a list of containers shows of a record: a part of the file of its own, so that a long list needs no whole records. */
export type ContainerSummary = Pick<ContainerRecord, 'createdMs' | 'image' | 'labels'> & {
  readonly command: readonly string[];
};

export function summarizeRecord({ createdMs, image, labels, spec }: ContainerRecord): ContainerSummary {
  return { createdMs, image, labels, command: spec.process.args };
}

/** Checks what was read from disk. Throws `TypeError`. */
export function validateSummary(value: unknown): ContainerSummary {
  const { createdMs, image, labels, command } = (value ?? {}) as Partial<ContainerSummary>;
  if (
    typeof createdMs === 'number' &&
    typeof image === 'string' &&
    typeof labels === 'object' &&
    labels !== null &&
    Array.isArray(command)
  ) {
    return { createdMs, image, labels, command };
  }
  throw new TypeError('its summary lacks something, or has it of the wrong type');
}

/** The record as JSON can hold it: limits beyond 2^53 become decimal strings. */
export function toStorable(record: ContainerRecord): ContainerRecord {
  return mapRlimits(record, (value) => (typeof value === 'bigint' ? String(value) : value) as number);
}

/** Checks what the engine relies on in a value read from disk, and takes `toStorable` back. Throws `TypeError`. */
export function validateRecord(value: unknown): ContainerRecord {
  const record = value as Partial<ContainerRecord> | null;
  const wrong = Object.entries({
    createdMs: typeof record?.createdMs === 'number',
    image: typeof record?.image === 'string',
    spec: Array.isArray(record?.spec?.process?.args) && typeof record.spec.linux === 'object',
    rm: typeof record?.rm === 'boolean',
    stopSignal: typeof record?.stopSignal === 'number',
    stopTimeoutMs: typeof record?.stopTimeoutMs === 'number',
    restart: typeof record?.restart?.policy === 'string' && typeof record.restart.most === 'number',
    root: ROOT_KINDS.has(record?.root?.kind),
    labels: typeof record?.labels === 'object' && record.labels !== null,
    volumes: record?.volumes === undefined || areVolumes(record.volumes),
  }).flatMap(([field, isRight]) => (isRight ? [] : [field]));
  if (wrong.length > 0) throw new TypeError(`${wrong.join(', ')} missing or of the wrong type`);
  return mapRlimits(record as ContainerRecord, (limit) =>
    typeof limit === 'string' ? BigInt(limit) : limit,
  );
}

function areVolumes(value: unknown): boolean {
  const isUse = (each: Partial<UsedVolume> | null) =>
    typeof each?.name === 'string' &&
    typeof each.target === 'string' &&
    typeof each.isAnonymous === 'boolean';
  return Array.isArray(value) && value.every(isUse);
}

function mapRlimits(
  record: ContainerRecord,
  change: (limit: Rlimit['soft']) => Rlimit['soft'],
): ContainerRecord {
  const { process } = record.spec;
  const rlimits = process.rlimits?.map(({ type, soft, hard }) => ({
    type,
    soft: change(soft),
    hard: change(hard),
  }));
  if (rlimits === undefined) return record;
  return { ...record, spec: { ...record.spec, process: { ...process, rlimits } } };
}
