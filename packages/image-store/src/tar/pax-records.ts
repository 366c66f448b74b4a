import { quoteText } from '../errors.js';
import { FieldProblem } from './number-field.js';

/** A record of a pax header: the value is bytes. */
export type PaxRecord = readonly [key: string, value: Buffer];

const [BLANK, EQUALS, LINE_FEED] = [0x20, 0x3d, 0x0a];

/** Reads `LENGTH KEY=VALUE\n` up to the end. Throws `FieldProblem`. Source: pax(1), "pax Extended Header". */
export function decodePaxRecords(bytes: Buffer): PaxRecord[] {
  const records: PaxRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(BLANK, at);
    const digits = bytes.toString('latin1', at, blank === -1 ? Math.min(bytes.length, at + 20) : blank);
    const length = /^\d{1,10}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    if (blank === -1 || end > bytes.length || end <= blank + 1) {
      throw new FieldProblem(`has a pax record of the length ${quoteText(digits)}`);
    }
    if (bytes[end - 1] !== LINE_FEED)
      throw new FieldProblem('has a pax record without a line feed at its end');
    records.push(splitRecord(bytes.subarray(blank + 1, end - 1)));
    at = end;
  }
  return records;
}

/** The bytes of a record; its length counts itself. */
export function encodePaxRecord(key: string, value: Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.of(LINE_FEED)]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

const XATTR_PREFIX = 'SCHILY.xattr.';

/** The name of an extended attribute in the key of its record; `undefined` for a key of something else. */
export function xattrOfKey(key: string): string | undefined {
  if (!key.startsWith(XATTR_PREFIX)) return undefined;
  return key.slice(XATTR_PREFIX.length).replaceAll('%3D', '=').replaceAll('%25', '%');
}

/** A key cannot hold "=", which GNU tar writes as %3D. */
export function keyOfXattr(name: string): string {
  return XATTR_PREFIX + name.replaceAll('%', '%25').replaceAll('=', '%3D');
}

function splitRecord(record: Buffer): PaxRecord {
  const equals = record.indexOf(EQUALS);
  if (equals < 1) throw new FieldProblem('has a pax record without a key');
  return [record.toString('utf8', 0, equals), Buffer.from(record.subarray(equals + 1))];
}
