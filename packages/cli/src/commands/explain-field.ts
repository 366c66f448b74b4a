import { CAPABILITIES, CLONE, MOUNT_ATTR, MS, RLIMIT, TARGET_KIND } from '@mini/contracts';
import { splitDeviceNumber } from './parse/device-number.js';

/** Fields, or fields of one step, whose values have names in the man pages. */
const NAMED: Readonly<Record<string, (value: bigint) => string>> = {
  attributes: (value) => nameBits(value, MOUNT_ATTR),
  attributesSet: (value) => nameBits(value, MOUNT_ATTR),
  attributesClear: (value) => nameBits(value, MOUNT_ATTR),
  propagation: (value) => nameBits(value, MS),
  'unshare.flags': (value) => nameBits(value, CLONE),
  effective: nameCapabilities,
  permitted: nameCapabilities,
  inheritable: nameCapabilities,
  targetKind: (value) => nameOne(value, TARGET_KIND),
  resource: (value) => nameOne(value, RLIMIT),
  mode: octal,
  'umask.mask': octal,
  mask: nameCapabilities,
  device: describeDevice,
  soft: describeLimit,
  hard: describeLimit,
};

/**
 * The value of one field of a step, short: flags by name, modes in octal, strings quoted, lists in brackets. Empty
 * when there is nothing to say: no flags, an empty list.
 */
export function describeField(op: string, field: string, value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return value.length === 0 ? '' : `[${value.map(describeItem).join(', ')}]`;
  if (typeof value !== 'number' && typeof value !== 'bigint') return String(value);
  const name = NAMED[`${op}.${field}`] ?? NAMED[field];
  return name === undefined || value < 0 ? String(value) : name(BigInt(value));
}

function describeItem(item: unknown): string {
  return typeof item === 'string' ? JSON.stringify(item) : String(item);
}

type Names = Readonly<Record<string, number>>;

function nameBits(value: bigint, names: Names): string {
  const found: string[] = [];
  let rest = value;
  for (const [name, number] of Object.entries(names)) {
    const bits = BigInt(number);
    if (bits === 0n || (rest & bits) !== bits) continue;
    found.push(name.toLowerCase());
    rest &= ~bits;
  }
  if (rest !== 0n) found.push(`0x${rest.toString(16)}`);
  return found.join('+');
}

function nameOne(value: bigint, names: Names): string {
  return Object.keys(names).find((name) => BigInt(names[name]!) === value) ?? String(value);
}

function nameCapabilities(mask: bigint): string {
  const has = (index: number) => ((mask >> BigInt(index)) & 1n) === 1n;
  const names = CAPABILITIES.filter((_, index) => has(index)).map((name) =>
    name.slice('CAP_'.length).toLowerCase(),
  );
  if (names.length === CAPABILITIES.length) return 'all';
  return names.length === 0 ? 'none' : names.join('+');
}

function describeDevice(device: bigint): string {
  const { major, minor } = splitDeviceNumber(device);
  return `${major}:${minor}`;
}

function octal(value: bigint): string {
  return `0${value.toString(8)}`;
}

function describeLimit(value: bigint): string {
  return value === 2n ** 64n - 1n ? 'unlimited' : String(value);
}
