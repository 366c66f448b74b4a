import { ociError } from '../oci-error.js';
import type { BusValue, BusVariant } from './bus-value.js';
import type { UnitProperties } from './unit-properties.js';

/** What the names of such annotations begin with. */
export const PROPERTY_PREFIX = 'org.systemd.property.';
const NUMBER_TYPES: Readonly<Record<string, string>> = {
  ...{ byte: 'y', int32: 'i', uint32: 'u', int64: 'x', uint64: 't' },
};

/**
 * Properties of the unit that engines give as annotations, `org.systemd.property.NAME`, in the text of GVariant; podman
 * tells systemd so how to stop its containers. As under runc one in seconds, `TimeoutStopSec`, is given in microseconds.
 * Throws `RuntimeError` `bad-unit-property` for what is no value.
 */
export function readAnnotatedProperties(annotations: Readonly<Record<string, string>> = {}): UnitProperties {
  const properties = new Map<string, BusVariant>();
  for (const [key, text] of Object.entries(annotations)) {
    if (!key.startsWith(PROPERTY_PREFIX)) continue;
    const name = key.slice(PROPERTY_PREFIX.length);
    const value = /^[A-Z][A-Za-z]*$/.test(name) ? parseValue(text.trim()) : undefined;
    if (value === undefined) throw invalid(key, text);
    if (name.endsWith('Sec') && !name.endsWith('USec')) {
      properties.set(`${name.slice(0, -3)}USec`, inMicroseconds(value) ?? fail(key, text));
    } else properties.set(name, value);
  }
  return properties;
}

function parseValue(text: string): BusVariant | undefined {
  if (text === 'true' || text === 'false') return { signature: 'b', value: text === 'true' };
  const [, type = 'int32', digits] = /^(?:([a-z0-9]+)\s+)?(-?\d+)$/.exec(text) ?? [];
  const signature = NUMBER_TYPES[type];
  if (digits !== undefined && signature !== undefined) return readNumber(signature, digits);
  const word = parseWord(text);
  if (word !== undefined) return { signature: 's', value: word };
  const [, list] = /^\[(.*)\]$/s.exec(text) ?? [];
  const words = list?.split(',').map((each) => parseWord(each.trim()));
  if (words === undefined || words.includes(undefined)) return undefined;
  return { signature: 'as', value: words as readonly BusValue[] };
}

/** Quoted one way or the other, with nothing that would have to be escaped. */
function parseWord(text: string): string | undefined {
  const [, , word] = /^(['"])([^'"\\]*)\1$/.exec(text) ?? [];
  return word;
}

const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  y: [0n, 2n ** 8n - 1n],
  i: [-(2n ** 31n), 2n ** 31n - 1n],
  u: [0n, 2n ** 32n - 1n],
  x: [-(2n ** 63n), 2n ** 63n - 1n],
  t: [0n, 2n ** 64n - 1n],
};

function readNumber(signature: string, digits: string): BusVariant | undefined {
  const number = BigInt(digits);
  const [least, most] = RANGES[signature]!;
  if (number < least || number > most) return undefined;
  return { signature, value: signature === 'x' || signature === 't' ? number : Number(number) };
}

function inMicroseconds({ value }: BusVariant): BusVariant | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  return readNumber('t', `${BigInt(value) * 1_000_000n}`);
}

function fail(key: string, text: string): never {
  throw invalid(key, text);
}

function invalid(key: string, text: string): Error {
  return ociError(
    'bad-unit-property',
    `failed to read a property of systemd's unit (annotations[${JSON.stringify(key)}]): ${JSON.stringify(text)} is no value such as "true", "uint64 5" or "'text'"`,
  );
}
