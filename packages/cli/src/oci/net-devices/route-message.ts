/** Message types and flags. Source: netlink(7), rtnetlink(7), linux/rtnetlink.h. */
export const ROUTE = { newLink: 16, getLink: 18, setLink: 19, newAddress: 20, getAddress: 22 } as const;
export const FLAG = { request: 1, acknowledge: 4, all: 0x300, exclusive: 0x200, create: 0x400 } as const;
const REPLY = { error: 2, done: 3 } as const;
const IFF_UP = 1;

/** Attributes of links and of addresses. Source: linux/if_link.h, linux/if_addr.h. */
export const LINK = { name: 3, namespaceFd: 28 } as const;
export const ADDRESS = { flags: 8 } as const;

/** The label of an IPv4 address, which begins with the name that the interface had. */
const LABEL = 3;

const HEADER_BYTES = 16;
const LINK_BYTES = 16;
const ADDRESS_BYTES = 8;

/** An attribute: its number, and what is in it. */
export type Attribute = readonly [number: number, value: Uint8Array];

/** A message to the kernel, whose first four bytes are its length. Numbers are of this machine's order, little-endian. */
export function encodeMessage(type: number, flags: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(HEADER_BYTES + body.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flags | FLAG.request, 6);
  return Buffer.concat([header, body]);
}

/** `struct ifinfomsg` with its attributes; `up` switches the interface on. */
export function encodeLink(index: number, attributes: readonly Attribute[], up = false): Buffer {
  const link = Buffer.alloc(LINK_BYTES);
  link.writeInt32LE(index, 4);
  link.writeUInt32LE(up ? IFF_UP : 0, 8);
  link.writeUInt32LE(up ? IFF_UP : 0, 12);
  return Buffer.concat([link, ...attributes.map(encodeAttribute)]);
}

export function encodeName(name: string): Attribute {
  return [LINK.name, Buffer.from(`${name}\0`)];
}

export function encodeNumber(attribute: number, value: number): Attribute {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return [attribute, bytes];
}

function encodeAttribute([number, value]: Attribute): Buffer {
  const bytes = Buffer.alloc(align(4 + value.length));
  bytes.writeUInt16LE(4 + value.length, 0);
  bytes.writeUInt16LE(number, 2);
  bytes.set(value, 4);
  return bytes;
}

/** A message of the kernel: `error` is an errno (negative on the wire), 0 for "done as asked". */
export interface RouteReply {
  readonly type: number;
  readonly isLast: boolean;
  readonly error: number;
  readonly body: Buffer;
}

/** The messages in what one read has given. */
export function decodeMessages(bytes: Buffer): RouteReply[] {
  const replies: RouteReply[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    const type = bytes.readUInt16LE(at + 4);
    const body = bytes.subarray(at + HEADER_BYTES, at + length);
    const isLast = type === REPLY.error || type === REPLY.done;
    replies.push({
      type,
      isLast,
      error: isLast && body.length >= 4 ? Math.abs(body.readInt32LE(0)) : 0,
      body,
    });
    at += align(Math.max(length, HEADER_BYTES));
  }
  return replies;
}

export function readLinkIndex(body: Buffer): number {
  return body.readInt32LE(4);
}

/** `struct ifaddrmsg`, of which index and label change with the namespace. */
export interface RouteAddress {
  readonly index: number;
  readonly scope: number;
  readonly flags: number;
  /** The same address for the interface with another index, as the kernel takes it. */
  moveTo(index: number): Buffer;
}

export function readAddress(body: Buffer): RouteAddress {
  const attributes = decodeAttributes(body.subarray(ADDRESS_BYTES));
  const wide = attributes.get(ADDRESS.flags);
  return {
    index: body.readUInt32LE(4),
    scope: body[3]!,
    flags: wide?.readUInt32LE(0) ?? body[2]!,
    moveTo(index) {
      const address = Buffer.from(body.subarray(0, ADDRESS_BYTES));
      address.writeUInt32LE(index, 4);
      const kept = [...attributes].filter(([number]) => number !== LABEL);
      return Buffer.concat([address, ...kept.map(encodeAttribute)]);
    },
  };
}

function decodeAttributes(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = Math.max(bytes.readUInt16LE(at), 4);
    found.set(bytes.readUInt16LE(at + 2), bytes.subarray(at + 4, at + length));
    at += align(length);
  }
  return found;
}

function align(length: number): number {
  return (length + 3) & ~3;
}
