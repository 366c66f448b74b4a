import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import fc from 'fast-check';
import { extract, pack } from 'tar-stream';
import { expandContent, readTar, type TarMember, writeTar } from '../../src/index.js';
import { gnuTar, inChunks, member, type PlainMember, toBytes } from './members.js';
import { describeTree, inDirectory, makeTree, tree } from './tree.js';

/** GNU tar makes the archive, we read and write it again, GNU tar unpacks that: the trees are the same. */
for (const [title, words] of [
  ['pax', ['--format=pax']],
  ['gnu', ['--format=gnu']],
  ['oldgnu', ['--format=oldgnu']],
  ['sparse gnu', ['--format=gnu', '--sparse']],
  ['sparse pax 0.0', ['--format=pax', '--sparse-version=0.0', '--sparse']],
  ['sparse pax 0.1', ['--format=pax', '--sparse-version=0.1', '--sparse']],
  ['sparse pax 1.0', ['--format=pax', '--sparse-version=1.0', '--sparse']],
] as const) {
  test(`random trees of GNU tar, ${title}`, async (t) => {
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom(512, 700, 1 << 20), async (children, chunk) => {
        await inDirectory(async (directory) => {
          const [from, to] = [join(directory, 'from'), join(directory, 'to')];
          for (const path of [from, to]) mkdirSync(path);
          makeTree(from, children);
          const theirs = gnuTar(['-c', ...words, '--numeric-owner', '-C', from, '.']);
          const ours = await buffer(writeTar(readTar(inChunks(theirs, chunk))));
          gnuTar(['-x', '-p', '--delay-directory-restore', '-C', to], ours);
          const wholeSeconds = title.includes('gnu');
          t.deepEqual(cut(describeTree(to), wholeSeconds), cut(describeTree(from), wholeSeconds));
        });
      }),
      { numRuns: 10 },
    );
  });
}

/** The formats of GNU have no fractions. */
function cut(seen: Record<string, unknown>, wholeSeconds: boolean): Record<string, unknown> {
  const entries = Object.entries(seen as Record<string, { mtimeNs: bigint }>);
  const change = (ns: bigint) => (wholeSeconds ? ns - (ns % 1_000_000_000n) : ns);
  return Object.fromEntries(
    entries.map(([path, each]) => [path, { ...each, mtimeNs: change(each.mtimeNs) }]),
  );
}

/** What tar-stream knows of an entry: whole seconds, no attributes, ids that fit its header; a 0 is none to it, and time ends in 2038. */
const plainEntry = fc
  .record({
    path: fc
      .array(
        fc.stringMatching(/^[a-zäß😀 ]{1,60}$/u).filter((part) => part.trim() === part),
        { minLength: 1, maxLength: 6 },
      )
      .map((parts) => parts.join('/')),
    type: fc.constantFrom('file', 'directory', 'symlink', 'link', 'character', 'block', 'fifo'),
    mode: fc.integer({ min: 1, max: 0o7777 }),
    uid: fc.integer({ min: 0, max: 2 ** 18 - 1 }),
    gid: fc.integer({ min: 0, max: 2 ** 18 - 1 }),
    seconds: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    linkPath: fc.stringMatching(/^[a-zä/]{1,200}$/),
    device: fc.record({ major: fc.nat(4095), minor: fc.nat(2 ** 18 - 1) }),
    text: fc.uint8Array({ maxLength: 3000 }),
  })
  .map(({ seconds, linkPath, device, text, ...rest }) =>
    member(
      {
        ...rest,
        mtimeNs: BigInt(seconds) * 1_000_000_000n,
        ...(rest.type === 'symlink' || rest.type === 'link' ? { linkPath } : {}),
        ...(rest.type === 'character' || rest.type === 'block' ? { device } : {}),
      } as Partial<TarMember['entry']>,
      rest.type === 'file' ? Buffer.from(text) : '',
    ),
  );

const THEIR_TYPES: Readonly<Record<string, string>> = {
  character: 'character-device',
  block: 'block-device',
};

test('tar-stream reads what is written', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(plainEntry, { maxLength: 8 }), async (members) => {
      const reader = extract();
      const archive = await toBytes(members);
      reader.end(archive);
      const read: unknown[] = [];
      for await (const entry of reader) read.push(describeTheirs(entry.header, await buffer(entry)));
      t.deepEqual(read, await Promise.all(members.map(async (each) => describeOurs(await toPlain(each)))));
    }),
    { numRuns: 150 },
  );
});

test('what tar-stream writes is read', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(plainEntry, { maxLength: 8 }), async (members) => {
      const writer = pack();
      const plain = await Promise.all(members.map(toPlain));
      for (const { entry, bytes } of plain) {
        const { path, type, linkPath, device, mtimeNs, mode, uid, gid } = entry;
        const header = {
          name: type === 'directory' ? `${path}/` : path,
          mode,
          uid,
          gid,
          mtime: new Date(Number(mtimeNs / 1_000_000n)),
          type: (THEIR_TYPES[type] ?? type) as 'file',
          linkname: linkPath ?? '',
          devmajor: device?.major ?? 0,
          devminor: device?.minor ?? 0,
        };
        writer.entry(header, bytes);
      }
      writer.finalize();
      const archive = await buffer(writer);
      const read: PlainMember[] = [];
      for await (const each of readTar(inChunks(archive, 600))) read.push(await toPlain(each));
      t.deepEqual(read.map(describeOurs), plain.map(describeOurs));
    }),
    { numRuns: 150 },
  );
});

async function toPlain(each: TarMember): Promise<PlainMember> {
  return { entry: each.entry, bytes: await buffer(expandContent(each)) };
}

function describeOurs({ entry, bytes }: PlainMember): unknown {
  const { path, type, mode, uid, gid, mtimeNs, linkPath, device } = entry;
  const seconds = Number(mtimeNs / 1_000_000_000n);
  return { path, type, mode, uid, gid, seconds, linkPath, device, text: bytes.toString('hex') };
}

interface TheirHeader {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: Date;
  readonly linkname: string;
  readonly devmajor: number;
  readonly devminor: number;
}

function describeTheirs(header: TheirHeader, bytes: Buffer): unknown {
  const { name, type, mode, uid, gid, mtime, linkname, devmajor: major, devminor: minor } = header;
  const ours = Object.entries(THEIR_TYPES).find(([, theirs]) => theirs === type)?.[0] ?? type;
  return {
    path: name.replace(/\/$/, ''),
    type: ours,
    mode,
    uid,
    gid,
    seconds: mtime.getTime() / 1000,
    linkPath: ours === 'symlink' || ours === 'link' ? linkname : undefined,
    device: ours === 'character' || ours === 'block' ? { major, minor } : undefined,
    text: bytes.toString('hex'),
  };
}
