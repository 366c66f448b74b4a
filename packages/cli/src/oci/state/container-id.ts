import { ociError } from '../oci-error.js';

/** NAME_MAX of Linux: the id is the name of a directory. */
const MAX_BYTES = 255;

/**
 * Throws `RuntimeError` `bad-id` unless the id is made of letters, digits, `_`, `+`, `-` and `.`, and is a name that a
 * directory can have.
 */
export function checkContainerId(id: string): void {
  const isValid = /^[\w+.-]+$/.test(id) && id !== '.' && id !== '..' && id.length <= MAX_BYTES;
  if (!isValid)
    throw ociError('bad-id', `failed to use id ${JSON.stringify(id)}: invalid container ID format`);
}
