import { findSignal } from '../../engine/find-signal.js';
import { Problem, quote } from '../problem.js';

/** Largest uid and gid that are accepted: beyond it they are negative in programs that keep them in an int. */
const MAX_ID = 2 ** 31 - 1;

/** `user[:group]`, names or numbers; looked up later, in the container. Throws `Problem`. */
export function parseUser(value: string): string {
  const parts = value.split(':');
  if (parts.length > 2) throw new Problem('it does not have the form USER[:GROUP]');
  for (const part of parts) checkIdOrName(part);
  return value;
}

/** A group's name or number. Throws `Problem`. */
export function parseGroup(value: string): string {
  checkIdOrName(value);
  return value;
}

function checkIdOrName(value: string): void {
  if (/^\d+$/.test(value)) {
    if (Number(value) > MAX_ID) throw new Problem(`${quote(value)} is not a number from 0 to ${MAX_ID}`);
  } else if (!/^[A-Za-z_][A-Za-z0-9_.@-]{0,255}\$?$/.test(value)) {
    throw new Problem(`${quote(value)} is neither a name nor a number`);
  }
}

/** The name of a container. Throws `Problem`. */
export function parseName(value: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{1,127}$/.test(value)) {
    throw new Problem(
      'a name has 2 to 128 of the characters a-z, A-Z, 0-9, "_", "." and "-" and begins with a letter or digit',
    );
  }
  return value;
}

/** A host name; Linux allows 64 bytes, see sethostname(2), DNS 63 between two dots. Throws `Problem`. */
export function parseHostname(value: string): string {
  const isLabel = (label: string) =>
    label.length <= 63 && /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/.test(label);
  if (value.length > 64) throw new Problem('it has more than 64 characters');
  if (!value.split('.').every(isLabel)) {
    throw new Problem('a host name has letters, digits, "-" (not at an end) and dots between them');
  }
  return value;
}

/** A signal by number or by name, with or without `SIG`, `RTMIN+n` and `RTMAX-n` too. Throws `Problem`. */
export function parseSignal(value: string): number {
  const number = findSignal(value);
  if (number === undefined) throw new Problem('there is no such signal');
  return number;
}
