import { existsSync } from 'node:fs';
import type { OciContext } from '../context.js';
import { ociError } from '../oci-error.js';
import { containerPath } from './container-directory.js';
import { type ContainerRecord, readContainerRecord } from './container-record.js';
import { type ContainerStatus, readStatus } from './container-status.js';

/** A container as it is now. */
export interface Container {
  readonly path: string;
  readonly record: ContainerRecord;
  readonly status: ContainerStatus;
}

/**
 * Finds a container for a command. Throws `RuntimeError`: `container-missing`, `container-corrupt`, `bad-id`. `verb` is
 * what is to be done with it.
 */
export function findContainer({ root }: OciContext, id: string, verb: string): Container {
  const path = containerPath(root, id);
  const record = readContainerRecord(path);
  if (record !== undefined) return { path, record, status: readStatus(path, record) };
  if (existsSync(path)) {
    throw ociError('container-corrupt', `failed to ${verb} container "${id}": it has no record`, {
      hint: 'it was never made whole; "delete --force" removes what there is',
    });
  }
  throw missingError(id, verb);
}

export function missingError(id: string, verb: string) {
  return ociError('container-missing', `failed to ${verb} container "${id}": container does not exist`);
}
