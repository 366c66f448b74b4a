import { BusReader } from './bus-reader.js';
import type { BusValue, BusVariant } from './bus-value.js';
import { BusWriter } from './bus-writer.js';

/** Source: D-Bus specification, "Message Protocol". */
export const MESSAGE = { call: 1, reply: 2, error: 3, signal: 4 } as const;
const FIELD = { path: 1, interface: 2, member: 3, errorName: 4, replyTo: 5, signature: 8 } as const;
const LITTLE_END = 'l'.charCodeAt(0);
const VERSION = 1;
/** Of the header, up to and with the length of its fields. */
export const HEADER_BYTES = 16;
/** The specification's own bound. */
const MOST_BYTES = 128 * 1024 * 1024;

export interface BusCall {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly values: readonly BusValue[];
}

export interface BusMessage {
  readonly type: number;
  /** The serial number of the call that this answers. */
  readonly replyTo: number | undefined;
  readonly member: string | undefined;
  readonly errorName: string | undefined;
  /** Decoded for those who look at them. */
  readonly readValues: () => BusValue[];
}

export function encodeCall(serial: number, call: BusCall): Buffer {
  const body = new BusWriter();
  body.putAll(call.signature, call.values);
  const bodyBytes = body.bytes;
  const fields: BusValue[] = [
    [FIELD.path, { signature: 'o', value: call.path }],
    [FIELD.interface, { signature: 's', value: call.interface }],
    [FIELD.member, { signature: 's', value: call.member }],
    ...(call.signature === '' ? [] : [[FIELD.signature, { signature: 'g', value: call.signature }]]),
  ];
  const header = new BusWriter();
  header.putAll('yyyyuu', [LITTLE_END, MESSAGE.call, 0, VERSION, bodyBytes.length, serial]);
  header.put('a(yv)', fields);
  header.align(8);
  return Buffer.concat([header.bytes, bodyBytes]);
}

/** How long the message is that begins with these `HEADER_BYTES`. Throws an `Error` for one that is none. */
export function measureMessage(start: Buffer): number {
  const [bodyBytes, fieldBytes] = [start.readUInt32LE(4), start.readUInt32LE(12)];
  const total = bodyStart(fieldBytes) + bodyBytes;
  if (start[0] !== LITTLE_END || start[3] !== VERSION || total > MOST_BYTES) {
    throw new Error('it is no message of D-Bus with its little end first');
  }
  return total;
}

function bodyStart(fieldBytes: number): number {
  return Math.ceil((HEADER_BYTES + fieldBytes) / 8) * 8;
}

/** Reads a whole message. */
export function decodeMessage(bytes: Buffer): BusMessage {
  const reader = new BusReader(bytes);
  const [, type] = reader.takeAll('yyyyuu') as number[];
  const fields = new Map<number, BusValue>();
  for (const field of reader.take('a(yv)') as readonly (readonly [number, BusVariant])[]) {
    fields.set(field[0], field[1].value);
  }
  const signature = (fields.get(FIELD.signature) as string | undefined) ?? '';
  const body = bytes.subarray(bodyStart(bytes.readUInt32LE(12)));
  return {
    type: type!,
    replyTo: fields.get(FIELD.replyTo) as number | undefined,
    member: fields.get(FIELD.member) as string | undefined,
    errorName: fields.get(FIELD.errorName) as string | undefined,
    readValues: () => new BusReader(body).takeAll(signature),
  };
}
