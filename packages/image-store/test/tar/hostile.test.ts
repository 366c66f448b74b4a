import test from 'ava';
import { member, toBytes, toMembers } from './members.js';

const SUM_AT = 148;

/** An archive of one file whose header is changed, with a checksum that is right again. */
async function forge(change: (block: Buffer) => void, entry = {}): Promise<Buffer> {
  const archive = await toBytes([member({ path: 'a', ...entry }, 'text')]);
  change(archive);
  reseal(archive.subarray(0, 512));
  return archive;
}

function reseal(block: Buffer): void {
  block.fill(0x20, SUM_AT, SUM_AT + 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, SUM_AT, 'latin1');
}

/** A header of this type with content, before a plain file. */
async function before(type: string, content: string | Buffer, claimed?: number): Promise<Buffer> {
  const bytes = Buffer.from(content);
  const archive = await toBytes([member({ path: 'about' }, bytes), member({ path: 'a' })]);
  archive.write(type, 156, 'latin1');
  if (claimed !== undefined) archive.write(claimed.toString(8).padStart(11, '0'), 124, 'latin1');
  reseal(archive.subarray(0, 512));
  return archive;
}

const text = (at: number, value: string) => (block: Buffer) => void block.write(value, at, 'latin1');
const bytes =
  (at: number, ...values: number[]) =>
  (block: Buffer) =>
    void block.set(values, at);

const SIZE = 124;
const cases: readonly (readonly [string, () => Promise<Buffer>, string])[] = [
  ['nothing at all', async () => Buffer.alloc(0), 'it ends at byte 0, too early'],
  [
    'cut in a header',
    async () => (await toBytes([member({})])).subarray(0, 100),
    'it ends at byte 100, too early',
  ],
  [
    'cut in the content',
    async () => (await forge(() => {})).subarray(0, 514),
    'it ends at byte 514, too early',
  ],
  ['no end mark', async () => (await forge(() => {})).subarray(0, 1024), 'it ends at byte 1024, too early'],
  ['no tar at all', async () => Buffer.alloc(1024, 'x'), 'the header at byte 0 has the checksum "xxxxxxxx"'],
  [
    'a damaged header',
    async () => {
      const archive = await forge(() => {});
      archive[0] = 0x62;
      return archive;
    },
    'the header at byte 0 has the checksum 3844 instead of 3845: this is no tar stream, or it is damaged',
  ],
  [
    'a negative size',
    () => forge(bytes(SIZE, ...Array(11).fill(255), 0xfe)),
    'the header at byte 0 has the size -2, which is negative',
  ],
  [
    'a size beyond all',
    () => forge(bytes(SIZE, 0x80, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0)),
    'the header at byte 0 has the size 1152921504606846976, which is out of range',
  ],
  [
    'a size of letters',
    () => forge(text(SIZE, '0000000012z')),
    'the header at byte 0 has the size "0000000012z"',
  ],
  [
    'a uid that means none',
    () => forge(bytes(108, 0x80, 0, 0, 0, 255, 255, 255, 255)),
    'the header at byte 0 has the uid 4294967295, which is out of range',
  ],
  [
    'an unknown type',
    () => forge(text(156, 'Q')),
    'the header at byte 0 has the type "Q", which is not known',
  ],
  [
    'a further volume',
    () => forge(text(156, 'M')),
    'the header at byte 0 has the type "M", which is not known',
  ],
  ['no path', () => forge(bytes(0, 0)), 'the header at byte 0 has no path'],
  ['a link to nothing', () => forge(text(156, '2')), 'the header at byte 0 has no link target'],
  [
    'a device beyond all',
    () =>
      forge((block) => {
        text(156, '3')(block);
        bytes(329, 0x80, 0, 0, 1, 0, 0, 0, 0)(block);
      }),
    'the header at byte 0 has the device number 4294967296:0, which is out of range',
  ],
  ['a NUL in a path', () => before('x', '13 path=a\0bc\n'), 'the header at byte 1024 has a NUL in its path'],
  [
    'a pax length of letters',
    () => before('x', 'abc path=a\n'),
    'the header at byte 0 has a pax record of the length "abc"',
  ],
  [
    'a pax length of nothing',
    () => before('x', '0 path=a\n'),
    'the header at byte 0 has a pax record of the length "0"',
  ],
  [
    'a pax length beyond the header',
    () => before('x', '99999 path=a\n'),
    'the header at byte 0 has a pax record of the length "99999"',
  ],
  [
    'an absurd pax length',
    () => before('x', '99999999999999999999 path=a\n'),
    'the header at byte 0 has a pax record of the length "99999999999999999999"',
  ],
  [
    'a pax record without a line feed',
    () => before('x', '11 path=abc'),
    'the header at byte 0 has a pax record without a line feed at its end',
  ],
  [
    'a pax record without a key',
    () => before('x', '6 =ab\n'),
    'the header at byte 0 has a pax record without a key',
  ],
  [
    'a pax header of a GiB',
    () => before('x', 'x', 2 ** 30),
    'the header at byte 0 is followed by 1073741824 bytes about the next file, more than 1048576',
  ],
  [
    'a name of a GiB',
    () => before('L', 'x', 2 ** 30),
    'the header at byte 0 is followed by 1073741824 bytes about the next file, more than 1048576',
  ],
  ['a negative pax size', () => before('x', '11 size=-1\n'), 'the header at byte 1024 has the size "-1"'],
  [
    'an endless pax size',
    () => before('x', record('size', '9'.repeat(17))),
    'the header at byte 1024 has the size "99999999999999999"',
  ],
  [
    'a pax time of letters',
    () => before('x', '16 mtime=later!\n'),
    'the header at byte 1024 has the time "later!"',
  ],
  [
    'a pax uid that means none',
    () => before('x', '18 uid=4294967295\n'),
    'the header at byte 1024 has the uid 4294967295, which is out of range',
  ],
  [
    'a pax header about nothing',
    async () => {
      const archive = await before('x', record('path', 'b'));
      return Buffer.concat([archive.subarray(0, 1024), Buffer.alloc(1024)]);
    },
    'the header at byte 1024 ends the stream, but the one before speaks of a file',
  ],
  [
    'overlapping regions',
    () => sparse('0,2,1,2', 4),
    'the header at byte 1024 has a sparse map whose regions overlap',
  ],
  [
    'a region beyond the end',
    () => sparse('0,2,9,2', 4),
    'the header at byte 1024 has a sparse map that goes beyond the end of the file',
  ],
  [
    'regions without their bytes',
    () => sparse('0,2', 4),
    'the header at byte 1024 has a sparse map of 2 bytes, of which 4 are stored',
  ],
  ['half a region', () => sparse('0,2,4', 4), 'the header at byte 1024 has a sparse map of half a region'],
  ['a sparse map of letters', () => sparse('0,x', 4), 'the header at byte 1024 has the sparse length "x"'],
  [
    'a map of a million regions',
    () => sparseInData('1000000\n'),
    'the header at byte 1536 has a sparse map of more than 65536 regions',
  ],
  [
    'a map without numbers',
    () => sparseInData('x\n'),
    'the header at byte 1536 has the number of regions "x"',
  ],
];

function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = [1, 2, 3]
    .map((digits) => rest.length + digits)
    .find((sum) => String(sum).length === sum - rest.length);
  return `${length}${rest}`;
}

async function sparse(map: string, stored: number): Promise<Buffer> {
  const records = record('GNU.sparse.size', '10') + record('GNU.sparse.map', map);
  const [head, file] = [
    await before('x', records),
    await toBytes([member({ path: 'a' }, Buffer.alloc(stored))]),
  ];
  return Buffer.concat([head.subarray(0, 1024), file]);
}

async function sparseInData(map: string): Promise<Buffer> {
  const records = ['major', 'minor', 'realsize'].map((key, index) =>
    record(`GNU.sparse.${key}`, ['1', '0', '10'][index]!),
  );
  const padding = record('comment', 'x'.repeat(490));
  const [head, file] = [
    await before('x', records.join('') + padding),
    await toBytes([member({ path: 'a' }, map.padEnd(512, '\0'))]),
  ];
  return Buffer.concat([head.subarray(0, 1536), file]);
}

for (const [title, make, reason] of cases) {
  test(title, async (t) => {
    const error = await t.throwsAsync(toMembers(await make()), { code: 'bad-archive' });
    t.is(error?.message, `failed to read the tar stream: ${reason}`);
  });
}
