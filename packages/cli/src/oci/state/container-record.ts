import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Hooks, isRuntimeError, reasonOf } from '@mini/contracts';
import { type ProcessIdentity, replaceFile } from '@mini/state-store';
import { ociError } from '../oci-error.js';

const FILE = 'state.json';
const VERSION = 1;

/** What is known of a container and cannot be derived. */
export interface ContainerRecord {
  readonly id: string;
  /** Absolute path of the bundle. */
  readonly bundle: string;
  /** When `create` began, as RFC 3339. */
  readonly created: string;
  /** Absolute path of the root on the host. */
  readonly rootfs: string;
  /** Its control group below the mount points; absent when it has none. */
  readonly cgroup?: string;
  /** The unit of systemd whose group that is; absent when we have made it. */
  readonly unit?: string;
  readonly ociVersion: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Those that run after `create`, when the Spec is not read any more. */
  readonly hooks?: Pick<Hooks, 'poststart' | 'poststop'>;
  /** Flags of `create` that shape the process. */
  readonly options: RecordedOptions;
  /** Its first process; absent while it is being made. */
  readonly process?: Required<ProcessIdentity>;
}

export interface RecordedOptions {
  readonly noPivot: boolean;
  readonly newKeyring: boolean;
  readonly preservedFds: number;
  /** Whether the root and binds are cloned out here, and not by the helper. */
  readonly clonesMounts: boolean;
}

/** Replaces the record of the container whose directory this is: readers see the old one or the new one. */
export function writeContainerRecord(directory: string, record: ContainerRecord): void {
  // A container does not outlive the machine, so the disk need not have it.
  replaceFile(join(directory, FILE), JSON.stringify({ version: VERSION, ...record }), { isDurable: false });
}

/**
 * Reads a record; `undefined` when there is none yet. Throws `RuntimeError` `container-corrupt` for a file that no
 * mini-oci has written.
 */
export function readContainerRecord(directory: string): ContainerRecord | undefined {
  const path = join(directory, FILE);
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return parseRecord(text);
  } catch (error) {
    if (isRuntimeError(error)) throw error;
    throw ociError('container-corrupt', `failed to read "${path}": ${reasonOf(error)}`, { cause: error });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw ociError('container-corrupt', `failed to read "${path}": ${reasonOf(error)}`, { cause: error });
  }
}

function parseRecord(text: string): ContainerRecord {
  const { version, ...record } = JSON.parse(text) as { version: number } & ContainerRecord;
  const { id, bundle, rootfs, created, ociVersion, process } = record;
  const isWhole =
    [id, bundle, rootfs, created, ociVersion].every((each) => typeof each === 'string') &&
    (process === undefined || (Number.isSafeInteger(process.pid) && process.pid > 0));
  if (version !== VERSION || !isWhole) throw new Error(`it is no record of version ${VERSION}`);
  return record;
}
