import { statSync } from 'node:fs';
import type { ContainerRecord } from './container-record.js';
import type { ContainerStatus } from './container-status.js';
import type { Container } from './find-container.js';

/** The state of a container, as `state` prints it; `rootfs`, `created` and `owner` are runc's. */
export interface OciState {
  readonly ociVersion: string;
  readonly id: string;
  readonly pid: number;
  readonly status: ContainerStatus;
  readonly bundle: string;
  readonly rootfs: string;
  readonly created: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner: string;
}

/** Source: OCI runtime-spec, runtime.md, "State". A container that has stopped has no process: its pid is 0. */
export function describeState({ path, record, status }: Container): OciState {
  const { annotations } = record;
  return {
    ociVersion: record.ociVersion,
    id: record.id,
    pid: status === 'stopped' ? 0 : (record.process?.pid ?? 0),
    status,
    bundle: record.bundle,
    rootfs: record.rootfs,
    created: record.created,
    ...(annotations === undefined ? {} : { annotations }),
    owner: ownerOf(path),
  };
}

/** Whose container it is; the number of a user other than root, whose name might be looked up anywhere. */
function ownerOf(path: string): string {
  const { uid = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return uid === 0 ? 'root' : `#${uid}`;
}

/** What hooks find on their stdin: the state alone, as the runtime-spec has it. */
export function describeForHooks(
  { id, bundle, ociVersion, annotations }: ContainerRecord,
  status: ContainerStatus,
  pid: number,
): string {
  return JSON.stringify({
    ociVersion,
    id,
    status,
    pid,
    bundle,
    ...(annotations === undefined ? {} : { annotations }),
  });
}
