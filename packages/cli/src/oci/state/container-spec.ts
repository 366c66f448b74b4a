import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf, type Spec } from '@mini/contracts';
import { formatJson, readJson } from '@mini/contracts/validation';
import { replaceFile } from '@mini/state-store';
import { ociError } from '../oci-error.js';

const FILE = 'spec.json';

/** Keeps the Spec, apart from the record: most commands do without it, and without what reads and writes it exactly. */
export function writeContainerSpec(directory: string, spec: Spec): void {
  // A container does not outlive the machine, so the disk need not have it.
  replaceFile(join(directory, FILE), formatJson(spec), { isDurable: false });
}

/** Throws `RuntimeError` `container-corrupt`. */
export function readContainerSpec(directory: string): Spec {
  const path = join(directory, FILE);
  try {
    return readJson(readFileSync(path, 'utf8')) as Spec;
  } catch (error) {
    throw ociError('container-corrupt', `failed to read "${path}": ${reasonOf(error)}`, { cause: error });
  }
}
