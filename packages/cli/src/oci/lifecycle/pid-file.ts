import { writeFileSync } from 'node:fs';
import { reasonOf } from '@mini/contracts';
import { ociError } from '../oci-error.js';

/** Decimal, without a newline: callers read it as it is. */
export function writePidFile(path: string, pid: number): void {
  try {
    writeFileSync(path, String(pid));
  } catch (error) {
    throw ociError('usage', `failed to write the pid file "${path}": ${reasonOf(error)}`, { cause: error });
  }
}
