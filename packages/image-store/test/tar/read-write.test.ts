import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { decodeName, encodeName, readTar, writeTar } from '../../src/index.js';
import { gnuTar, inChunks, member, PLAIN, toBytes, toMembers } from './members.js';
import { inDirectory } from './tree.js';

const CAPABILITY = Buffer.from('0100000200200000000000000000000000000000', 'hex');

/** One of each kind, with what ustar has no room for. */
const VARIED = [
  member({ path: 'dir', type: 'directory', mode: 0o1755 }),
  member({ path: 'dir/empty', mode: 0o6755 }),
  member({ path: 'dir/file', uid: 1000, gid: 2000, userName: 'alice', groupName: 'staff' }, 'content'),
  member({ path: 'dir/other name', type: 'link', linkPath: 'dir/file' }),
  member({ path: 'link', type: 'symlink', linkPath: '../outside', mode: 0o777 }),
  member({ path: 'null', type: 'character', device: { major: 1, minor: 3 } }),
  member({ path: 'disk', type: 'block', device: { major: 259, minor: 1_048_575 } }),
  member({ path: 'pipe', type: 'fifo' }),
  member({ path: `${'d/'.repeat(70)}prefix` }, 'p'),
  member({ path: 'n'.repeat(255) }, 'n'),
  member({ path: `deep/${'x'.repeat(120)}/${'y'.repeat(200)}`, type: 'directory' }),
  member({ path: 'long link', type: 'symlink', linkPath: 'l'.repeat(300) }),
  member({ path: 'long hard link', type: 'link', linkPath: 'n'.repeat(255) }),
  member({ path: 'ids', uid: 2 ** 21, gid: 2 ** 32 - 2 }),
  member({ path: 'times', mtimeNs: 1_700_000_000_123_456_789n }),
  member({ path: 'before 1970', mtimeNs: -1_500_000_000n }),
  member({ path: 'far', mtimeNs: 2n ** 40n * 1_000_000_000n }),
  member({ path: 'umlaut \u00e4 \u{1f600} new\nline' }),
  member({ path: decodeName(Buffer.from('latin \xe4\xff', 'latin1')) }),
  member({
    path: decodeName(Buffer.from(`${'\xe4'.repeat(150)}`, 'latin1')),
    linkPath: decodeName(Buffer.from([0xc3])),
    type: 'symlink',
  }),
  member(
    {
      path: 'ping',
      xattrs: new Map([
        ['security.capability', CAPABILITY],
        ['user.a=b%3D', Buffer.from('=\n\0 100%')],
      ]),
    },
    Buffer.alloc(1000, 7),
  ),
];

test('what is written is read again, in chunks of any size', async (t) => {
  const archive = await toBytes(VARIED);
  for (const size of [archive.length, 512, 513, 1000, 7]) {
    const read = await toMembers(archive, size);
    t.deepEqual(
      read.map(({ entry }) => entry),
      VARIED.map(({ entry }) => entry),
    );
    t.is(read.find(({ entry }) => entry.path === 'dir/file')?.bytes.toString(), 'content');
  }
});

test('GNU tar lists what is written', async (t) => {
  const archive = await toBytes(VARIED.filter(({ entry }) => !/far|1970/.test(entry.path)));
  const words = ['-tvf', '-', '--numeric-owner', '--full-time', '--quoting-style=escape'];
  const lines = gnuTar(words, archive)
    .toString('latin1')
    .split('\n')
    .map((line) => line.replace(/ +/g, ' '));
  t.deepEqual(lines.slice(0, 8), [
    'drwxr-xr-t 0/0 0 2023-11-14 22:13:20 dir/',
    '-rwsr-sr-x 0/0 0 2023-11-14 22:13:20 dir/empty',
    '-rw-r--r-- 1000/2000 7 2023-11-14 22:13:20 dir/file',
    'hrw-r--r-- 0/0 0 2023-11-14 22:13:20 dir/other name link to dir/file',
    'lrwxrwxrwx 0/0 0 2023-11-14 22:13:20 link -> ../outside',
    'crw-r--r-- 0/0 1,3 2023-11-14 22:13:20 null',
    'brw-r--r-- 0/0 259,1048575 2023-11-14 22:13:20 disk',
    'prw-r--r-- 0/0 0 2023-11-14 22:13:20 pipe',
  ]);
  t.is(lines[13], '-rw-r--r-- 2097152/4294967294 0 2023-11-14 22:13:20 ids');
  t.is(lines[14], '-rw-r--r-- 0/0 0 2023-11-14 22:13:20.123456789 times');
  t.is(lines[16], '-rw-r--r-- 0/0 0 2023-11-14 22:13:20 latin \\344\\377');
});

test('GNU tar sees the extended attributes, and we those of a global header', async (t) => {
  const listed = gnuTar(['-tvvf', '-', '--xattrs', '--xattrs-include=*'], await toBytes(VARIED.slice(-1)));
  t.deepEqual(listed.toString().split('\n').slice(1), [
    '  x: 20 security.capability',
    '  x: 8 user.a=b%3D',
    '',
  ]);
  await inDirectory(async (directory) => {
    for (const name of ['a', 'b']) writeFileSync(join(directory, name), name);
    const words = ['-c', '--format=pax', '--pax-option=gname=everybody', '-C', directory, 'a', 'b'];
    const read = await toMembers(gnuTar(words));
    t.deepEqual(
      read.map(({ entry }) => entry.groupName),
      ['everybody', 'everybody'],
    );
  });
});

test('a file above 8 GiB, which is never held', async (t) => {
  const chunk = Buffer.alloc(1 << 24);
  const sizeBytes = 8 * 2 ** 30 + 5;
  async function* content() {
    for (let left = sizeBytes; left > 0; left -= chunk.length)
      yield chunk.subarray(0, Math.min(left, chunk.length));
  }
  const big = { entry: { ...PLAIN, path: 'big', sizeBytes }, content: content() };
  const peak = process.memoryUsage().rss;
  let sum = 0;
  const paths: string[] = [];
  for await (const { entry, content: bytes } of readTar(writeTar([big, member({ path: 'after' })]))) {
    paths.push(`${entry.path} ${entry.sizeBytes}`);
    if (entry.path === 'big') for await (const each of bytes) sum += each.length;
  }
  t.deepEqual([paths, sum], [[`big ${sizeBytes}`, 'after 0'], sizeBytes]);
  t.true(process.memoryUsage().rss - peak < 1 << 28);
});

test('content that nobody takes is passed over, and so is what stands behind the end', async (t) => {
  const archive = await toBytes([member({ path: 'a' }, Buffer.alloc(100_000)), member({ path: 'b' }, 'b')]);
  let isDrained = false;
  async function* stream() {
    yield* inChunks(archive, 1000);
    yield Buffer.alloc(9000, 1);
    isDrained = true;
  }
  const paths = [];
  for await (const { entry, content } of readTar(stream())) {
    paths.push(entry.path);
    for await (const _ of content) break;
  }
  t.deepEqual([paths, isDrained], [['a', 'b'], true]);
});

test('a reader that leaves early lets go of the stream', async (t) => {
  let isClosed = false;
  async function* stream() {
    try {
      yield await toBytes([member({ path: 'a' }), member({ path: 'b' })]);
    } finally {
      isClosed = true;
    }
  }
  for await (const _ of readTar(stream())) break;
  t.true(isClosed);
});

test('names are bytes, whatever they are', (t) => {
  for (const bytes of [
    Buffer.from([0xff]),
    Buffer.from([0xed, 0xb2, 0x80]),
    Buffer.from('\u00e4\u{1f600}'),
    Buffer.from([0xf0, 0x9f, 0x98]),
  ]) {
    t.deepEqual(encodeName(decodeName(bytes)), bytes);
  }
  t.is(decodeName(Buffer.from('\u00e4')), '\u00e4');
});

test('content must be as long as the entry says', async (t) => {
  for (const [sizeBytes, how] of [
    [3, 'longer'],
    [5, 'shorter'],
  ] as const) {
    await t.throwsAsync(toBytes([member({ path: 'a', sizeBytes }, 'four')]), {
      message: `failed to write "a" as tar: its content is ${how} than its size`,
    });
  }
});

test('an entry that no archive can hold is refused', async (t) => {
  const cases = [
    [{ path: '' }, '"" as tar: its path is empty or holds a NUL'],
    [{ path: 'a\0b' }, '"a\\x00b" as tar: its path is empty or holds a NUL'],
    [{ type: 'symlink' }, '"file" as tar: it has no link target'],
    [{ type: 'link', linkPath: 'a\0' }, '"file" as tar: its link target holds a NUL'],
    [{ type: 'fifo', sizeBytes: 1 }, '"file" as tar: only a file has a size'],
    [{ sizeBytes: -1 }, '"file" as tar: its size is -1'],
    [{ type: 'block', device: { major: 2 ** 21, minor: 0 } }, '"file" as tar: its device number has no room'],
  ] as const;
  for (const [entry, reason] of cases) {
    await t.throwsAsync(toBytes([member(entry)]), {
      code: 'bad-entry',
      message: `failed to write ${reason}`,
    });
  }
});
