import { constants } from 'node:os';
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

/** Numbers of the first and last real-time signal as programs see them: libc keeps 32 and 33 to itself. */
const RTMIN = 34;
const RTMAX = 64;

/** A signal by number or by name, with or without `SIG`, `RTMIN+n` and `RTMAX-n` too. Throws `Problem`. */
export function parseSignal(value: string): number {
  const name = value.toUpperCase().replace(/^SIG/, '');
  const realtime = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name);
  let number = (constants.signals as Record<string, number>)[`SIG${name}`] ?? Number.NaN;
  if (/^\d{1,2}$/.test(value)) number = Number(value);
  if (realtime !== null) {
    const distance = Number(realtime[3] ?? 0) * (realtime[2] === '-' ? -1 : 1);
    number = (realtime[1] === 'MIN' ? RTMIN : RTMAX) + distance;
    if (number < RTMIN) number = Number.NaN;
  }
  if (!(number >= 1 && number <= RTMAX)) throw new Problem('there is no such signal');
  return number;
}
