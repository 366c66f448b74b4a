import * as fs from 'node:fs';
import { stateError } from './errors.js';

/** NAME_MAX of Linux. */
const MAX_LENGTH = 255;
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** What the OCI runtime-spec leaves to runtimes, and runc and crun accept, without leading punctuation. */
const ID = /^[a-zA-Z0-9_][a-zA-Z0-9_.+-]*$/;
const ID_BYTES = 32;

/** Throws `RuntimeError` with code `state-name` unless `name` is one that docker takes. */
export function checkName(name: string): void {
  if (!NAME.test(name)) {
    const reason = 'only [a-zA-Z0-9][a-zA-Z0-9_.-]* is allowed';
    throw stateError('state-name', `failed to use container name ${JSON.stringify(name)}: ${reason}`);
  }
  if (name.length > MAX_LENGTH) {
    const reason = `it has more than ${MAX_LENGTH} characters`;
    throw stateError('state-name', `failed to use container name ${JSON.stringify(name)}: ${reason}`);
  }
}

/** Whether `id` can be one; it becomes the name of a directory. */
export function isId(id: string): boolean {
  return ID.test(id) && id.length <= MAX_LENGTH;
}

/** Throws `RuntimeError` with code `state-id` unless `id` can be one. */
export function checkId(id: string): void {
  if (isId(id)) return;
  const reason = ID.test(id)
    ? `it has more than ${MAX_LENGTH} characters`
    : 'only [a-zA-Z0-9_][a-zA-Z0-9_.+-]* is allowed';
  throw stateError('state-id', `failed to use container id ${JSON.stringify(id)}: ${reason}`);
}

/**
 * 64 random hexadecimal digits. Not by node:crypto, which takes 2.4 ms to load: this takes 0.4 ms the first time. The
 * first 12, by which people know a container, are never all decimal: they could not be told from a pid or a number.
 */
export function makeId(): string {
  const bytes = Buffer.allocUnsafe(ID_BYTES);
  const fd = fs.openSync('/dev/urandom', fs.constants.O_RDONLY);
  try {
    for (;;) {
      fs.readSync(fd, bytes, 0, ID_BYTES, null);
      const id = bytes.toString('hex');
      if (/[a-f]/.test(id.slice(0, 12))) return id;
    }
  } finally {
    fs.closeSync(fd);
  }
}
