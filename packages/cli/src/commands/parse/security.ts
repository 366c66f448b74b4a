import {
  CAPABILITIES,
  type CapabilityName,
  isRuntimeError,
  RLIMIT,
  type Rlimit,
  type RlimitName,
} from '@mini/contracts';
import { readProfile } from '@mini/seccomp';
import { Problem, quote } from '../problem.js';
import type { ParseContext, RunDraft } from '../run-draft.js';
import { readTextFile, splitKeyValue } from './file.js';
import { parseBoolean } from './number.js';

/** What "unlimited" is to setrlimit(2). */
const RLIM_INFINITY = 2n ** 64n - 1n;

/** A capability, upper or lower case, with or without `CAP_`, or `ALL`. Throws `Problem`. */
export function parseCapability(value: string): CapabilityName | 'ALL' {
  const name = value.toUpperCase();
  if (name === 'ALL') return 'ALL';
  const full = (name.startsWith('CAP_') ? name : `CAP_${name}`) as CapabilityName;
  if (!CAPABILITIES.includes(full)) {
    throw new Problem('there is no such capability', { hint: 'capabilities(7) lists them' });
  }
  return full;
}

/** `NAME=SOFT[:HARD]`, where -1 and `unlimited` are no limit. Throws `Problem`. */
export function parseUlimit(text: string): Rlimit {
  const { key, value } = splitKeyValue(text);
  const type = `RLIMIT_${key.toUpperCase()}` as RlimitName;
  if (!Object.hasOwn(RLIMIT, type)) {
    const names = Object.keys(RLIMIT).map((name) => name.slice('RLIMIT_'.length).toLowerCase());
    throw new Problem(`there is no limit ${quote(key)}`, { hint: `the limits are ${names.join(', ')}` });
  }
  const parts = value?.split(':') ?? [];
  if (parts.length < 1 || parts.length > 2) throw new Problem('it does not have the form NAME=SOFT[:HARD]');
  const [soft, hard = soft] = parts.map(parseLimit);
  if (soft! > hard!) throw new Problem('the soft limit is above the hard one');
  return { type, soft: soft!, hard: hard! };
}

function parseLimit(value: string): number | bigint {
  if (value === '-1' || value === 'unlimited') return RLIM_INFINITY;
  if (!/^\d{1,15}$/.test(value))
    throw new Problem(`${quote(value)} is not a whole number, -1 or "unlimited"`);
  return Number(value);
}

/** `NAME=VALUE` of `--security-opt`, also written with a colon, as docker took it once. Throws `Problem`. */
export function parseSecurityOption(
  text: string,
  context: ParseContext,
): Pick<RunDraft, 'noNewPrivileges' | 'seccomp'> {
  const [, name, value] = /^([a-z-]+)(?:[=:](.*))?$/s.exec(text) ?? [];
  if (name === 'no-new-privileges') return { noNewPrivileges: value === undefined || parseBoolean(value) };
  if (name === 'seccomp') return { seccomp: parseSeccomp(value ?? '', context) };
  throw new Problem('only "no-new-privileges[=BOOL]" and "seccomp=FILE|default|unconfined" are supported');
}

function parseSeccomp(value: string, context: ParseContext): RunDraft['seccomp'] & {} {
  if (value === 'default' || value === 'unconfined') return value;
  const text = readTextFile(value, context);
  try {
    return readProfile(JSON.parse(text));
  } catch (error) {
    if (isRuntimeError(error)) throw new Problem(error.message);
    throw new Problem(`${quote(value)} is not JSON: ${(error as Error).message}`);
  }
}

/** `NAME=value` of a kernel parameter; which of them are allowed depends on the namespaces. Throws `Problem`. */
export function parseSysctl(text: string): Record<string, string> {
  const { key, value } = splitKeyValue(text);
  if (value === undefined) throw new Problem('it does not have the form NAME=VALUE');
  if (!/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/.test(key)) {
    throw new Problem(`${quote(key)} is not the name of a kernel parameter`);
  }
  if (/\p{Cc}/u.test(value.replaceAll('\t', '')))
    throw new Problem('the value has a control character in it');
  return { [key]: value };
}
