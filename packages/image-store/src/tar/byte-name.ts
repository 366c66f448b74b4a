import { isUtf8 } from 'node:buffer';

/** Stands for the byte 0x00; those above 0x7f are escaped, as in Python's PEP 383: no valid text holds them alone. */
const ESCAPE_BASE = 0xdc00;
const ESCAPED = /([\udc80-\udcff])/u;

/**
 * A name of Linux, which is bytes, as text: UTF-8, and of what is not valid UTF-8 each byte as a lone surrogate U+DC80 to
 * U+DCFF. `encodeName` gives the same bytes again.
 */
export function decodeName(bytes: Uint8Array): string {
  const buffer = toBuffer(bytes);
  if (isAscii(buffer)) return buffer.toString('latin1');
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let text = '';
  for (let at = 0; at < buffer.length; ) {
    const length = lengthOfCharacter(buffer, at);
    text +=
      length === 0
        ? String.fromCharCode(ESCAPE_BASE + buffer[at]!)
        : buffer.toString('utf8', at, at + length);
    at += length || 1;
  }
  return text;
}

/** The bytes of a name that `decodeName` gave, or of any text. */
export function encodeName(name: string): Buffer {
  if (!ESCAPED.test(name)) return Buffer.from(name);
  const parts = name.split(ESCAPED);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 0 ? Buffer.from(part) : Buffer.of(part.charCodeAt(0) - ESCAPE_BASE),
    ),
  );
}

/** A path as `node:fs` and the `Kernel` take it: text, or bytes where text would lose something. */
export function toFsPath(path: string): string | Buffer {
  return ESCAPED.test(path) ? encodeName(path) : path;
}

/** As nearly all names are; looked for here, for each call out of JavaScript takes longer than that. */
function isAscii(buffer: Buffer): boolean {
  for (let at = 0; at < buffer.length; at++) if (buffer[at]! > 0x7f) return false;
  return true;
}

/** 1 to 4, or 0 where no valid character begins. */
function lengthOfCharacter(buffer: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= buffer.length; length++) {
    if (isUtf8(buffer.subarray(at, at + length))) return length;
  }
  return 0;
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
