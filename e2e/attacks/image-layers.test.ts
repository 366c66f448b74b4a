import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isRuntimeError } from '@mini/contracts';
import {
  ImageProblem,
  type ImageStore,
  openImageStore,
  type TarEntry,
  type TarMember,
} from '@mini/image-store';
import { nativeKernel } from '@mini/runtime-core';
import test, { type ExecutionContext } from 'ava';
import { digestOf, file, layerOf, other } from '../support/image-archive.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';

/** What a layer must come to: it is refused with these words, or kept, whatever it says, below its own root. */
type Outcome = 'kept' | RegExp;

interface Attack {
  readonly title: string;
  readonly members: (decoy: string) => readonly TarMember[];
  readonly outcome: Outcome;
}

/** A layer store beside files that nobody may change. */
function makePlace() {
  const base = freshDirectory('layers');
  const decoy = join(base, 'decoy');
  mkdirSync(join(decoy, 'sub'), { recursive: true });
  writeFileSync(join(decoy, 'secret'), 'untouched');
  writeFileSync(join(decoy, 'sub/deep'), 'untouched');
  chmodSync(join(decoy, 'secret'), 0o600);
  return { base, decoy, store: openImageStore(nativeKernel(), join(base, 'images')) };
}

/** All that an attack could change of it. */
function describeTree(path: string): string[] {
  const { mode, uid, gid, nlink, size, mtimeMs, ctimeMs, ino } = lstatSync(path);
  const own = `${path} ${mode} ${uid}:${gid} ${nlink} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
  if (!lstatSync(path).isDirectory()) return [`${own} ${readFileSync(path, 'utf8')}`];
  return [own, ...readdirSync(path).flatMap((name) => describeTree(join(path, name)))];
}

/** Unpacks a layer; `undefined` when it was kept, else what it was refused for. */
async function unpack(
  store: ImageStore,
  bytes: Uint8Array,
  diffId = digestOf(bytes),
  limits = {},
): Promise<string | undefined> {
  async function* source() {
    yield bytes;
  }
  try {
    await store.layers.add(diffId, source, { limits });
    return undefined;
  } catch (error) {
    if (isRuntimeError(error) || error instanceof ImageProblem) return error.message;
    throw error;
  }
}

function assertOutcome(
  t: ExecutionContext,
  store: ImageStore,
  outcome: Outcome,
  refusal: string | undefined,
): void {
  if (outcome === 'kept') t.is(refusal, undefined);
  else t.regex(refusal ?? 'it was kept', outcome);
  // Nothing is kept of what was refused.
  t.is(readdirSync(store.directories.layers).length, outcome === 'kept' ? 1 : 0);
}

const up = (path: string) => `../../../../../../../../../../..${path}`;

/** Ways out of the root, after which what is at `path` would be in the decoy. */
const LEADS: readonly {
  readonly name: string;
  lead(decoy: string): { before: TarMember[]; path: string };
}[] = [
  {
    name: 'an absolute link',
    lead: (decoy) => ({ before: [other('out', 'symlink', { linkPath: decoy })], path: 'out/' }),
  },
  {
    name: 'a relative link',
    lead: (decoy) => ({ before: [other('out', 'symlink', { linkPath: up(decoy) })], path: 'out/' }),
  },
  {
    name: 'a chain of links',
    lead: (decoy) => ({
      before: [
        other('a', 'symlink', { linkPath: '..' }),
        other('b', 'symlink', { linkPath: `a/../..${decoy}` }),
        other('out', 'symlink', { linkPath: 'b' }),
      ],
      path: 'out/',
    }),
  },
  {
    name: 'a link into /proc',
    lead: (decoy) => ({
      before: [other('out', 'symlink', { linkPath: `/proc/self/root${decoy}` })],
      path: 'out/',
    }),
  },
  {
    name: 'a directory that becomes a link',
    lead: (decoy) => ({
      before: [
        other('out', 'directory'),
        file('out/first', ''),
        other('out', 'symlink', { linkPath: decoy }),
      ],
      path: 'out/',
    }),
  },
  { name: 'dots', lead: (decoy) => ({ before: [], path: `${up(decoy)}/` }) },
  { name: 'an absolute path', lead: (decoy) => ({ before: [], path: `${decoy}/` }) },
];

/** What is then done there. */
const DEEDS: readonly { readonly name: string; deed(path: string): TarMember }[] = [
  { name: 'a new file', deed: (path) => file(`${path}new`, 'attack') },
  { name: 'a file in place of another', deed: (path) => file(`${path}secret`, 'attack') },
  {
    name: 'a directory with rights',
    deed: (path) => other(`${path}sub`, 'directory', { mode: 0o777, uid: 7 }),
  },
  {
    name: 'a link in place of a file',
    deed: (path) => other(`${path}secret`, 'symlink', { linkPath: '/etc/passwd' }),
  },
  { name: 'a hard link', deed: (path) => other('taken', 'link', { linkPath: `${path}secret` }) },
  { name: 'a FIFO', deed: (path) => other(`${path}secret`, 'fifo') },
  { name: 'a device', deed: (path) => other(`${path}sda`, 'block', { device: { major: 8, minor: 0 } }) },
  { name: 'a whiteout', deed: (path) => file(`${path}.wh.secret`, '') },
  { name: 'an opaque mark', deed: (path) => file(`${path}sub/.wh..wh..opq`, '') },
];

/** With the root of the layer as the `/` of all links, most lead to a new place in it; where there is nothing they fail. */
function outcomeOf(lead: string, deed: string): Outcome {
  if (lead === 'dots') return /leads out of the directory$/;
  if (deed === 'a hard link') return /ENOENT|ENOTDIR/;
  if (lead === 'an absolute path') return 'kept';
  return /ENOENT|ENOTDIR|EEXIST|ELOOP/;
}

const WAYS: readonly Attack[] = LEADS.flatMap(({ name: lead, lead: begin }) =>
  DEEDS.map(({ name: deed, deed: end }) => ({
    title: `${deed} through ${lead}`,
    members: (decoy: string) => {
      const { before, path } = begin(decoy);
      return [...before, end(path)];
    },
    outcome: outcomeOf(lead, deed),
  })),
);

const named = (name: string, more: Partial<TarEntry> = {}) => file(name, '', more);

const OTHERS: readonly Attack[] = [
  {
    title: 'the root as a file',
    members: () => [file('.', 'attack')],
    outcome: /take the place of the directory$/,
  },
  {
    title: 'the root as a link',
    members: (decoy) => [other('./', 'symlink', { linkPath: decoy })],
    outcome: /take the place of the directory$/,
  },
  {
    title: 'a whiteout of the directory above',
    members: () => [named('a/.wh...')],
    outcome: /it hides no name$/,
  },
  {
    title: 'a whiteout of the directory itself',
    members: () => [named('a/.wh..')],
    outcome: /it hides no name$/,
  },
  { title: 'a whiteout of nothing', members: () => [named('.wh.')], outcome: /it hides no name$/ },
  {
    title: 'a file below a whiteout',
    members: () => [named('.wh.a/b')],
    outcome: /it lies below a whiteout$/,
  },
  {
    title: 'a device that looks like a whiteout',
    members: () => [other('etc', 'character', { device: { major: 0, minor: 0 } })],
    outcome: /would be a whiteout$/,
  },
  {
    title: 'a hard link to a directory',
    members: () => [other('d', 'directory'), other('l', 'link', { linkPath: 'd' })],
    outcome: /EPERM/,
  },
  {
    title: 'a hard link to the root',
    members: () => [other('l', 'link', { linkPath: '.' })],
    outcome: /another name of a directory$/,
  },
  {
    title: 'a hard link to itself',
    members: () => [other('l', 'link', { linkPath: 'l' })],
    outcome: /ENOENT/,
  },
  {
    title: 'a file written through a hard link to a link',
    members: (decoy) => [
      other('s', 'symlink', { linkPath: `${decoy}/secret` }),
      other('h', 'link', { linkPath: 's' }),
      file('h', 'attack'),
    ],
    outcome: 'kept',
  },
  {
    title: 'rights of a directory that became a link',
    members: (decoy) => [
      other('d', 'directory', { mode: 0o777 }),
      other('d', 'symlink', { linkPath: decoy }),
    ],
    outcome: 'kept',
  },
  {
    title: 'attributes that redirect an overlay',
    members: (decoy) => [
      file('f', '', {
        xattrs: new Map(
          ['trusted.overlay.redirect', 'user.overlay.redirect', 'user.overlay.opaque'].map((name) => [
            name,
            Buffer.from(decoy),
          ]),
        ),
      }),
    ],
    outcome: 'kept',
  },
  { title: 'a name of 300 characters', members: () => [file('n'.repeat(300), '')], outcome: /ENAMETOOLONG/ },
  {
    title: 'directories 600 deep',
    members: () => [file(`${'d/'.repeat(600)}f`, '')],
    outcome: /directories more than 512 deep$/,
  },
  {
    title: 'links in a circle',
    members: () => [
      other('a', 'symlink', { linkPath: 'b' }),
      other('b', 'symlink', { linkPath: 'a' }),
      file('a/x', ''),
    ],
    outcome: /ELOOP/,
  },
];

const whyNot = process.getuid?.() === 0 ? undefined : 'only root makes devices and gives files away';

for (const { title, members, outcome } of [...WAYS, ...OTHERS]) {
  testUnless(whyNot, 'image-layers.root', title, async (t) => {
    const { decoy, store } = makePlace();
    const before = describeTree(decoy);
    const refusal = await unpack(store, await layerOf(...members(decoy)));
    assertOutcome(t, store, outcome, refusal);
    t.deepEqual(describeTree(decoy), before);
  });
}

test('bombs are stopped by their bytes, their ratio, their files and what a sparse one claims', async (t) => {
  const { store } = makePlace();
  const many = ['a', 'b', 'c', 'd', 'e'].map((name) => file(name, '\0'.repeat(800_000)));
  const zeros = await layerOf(...many);
  const packed = gzipSync(zeros);
  const rows: [bytes: Uint8Array, limits: object, refusal: RegExp][] = [
    [packed, { bytes: 1_000_000 }, /it has more than 1000000 bytes$/],
    [packed, { bytes: 500_000 }, /it has (a file of 800000|more than 500000) bytes$/],
    [packed, { freeBytes: 1_000_000 }, /it is more than 250 times larger than compressed$/],
    [await layerOf(file('a', ''), file('b', ''), file('c', '')), { files: 2 }, /it has more than 2 files$/],
  ];
  for (const [bytes, limits, refusal] of rows) {
    const diffId = digestOf(bytes === packed ? zeros : bytes);
    assertOutcome(t, store, refusal, await unpack(store, bytes, diffId, limits));
  }
});

test('what is no layer, is cut, or is another one', async (t) => {
  const { store } = makePlace();
  const whole = await layerOf(file('f', 'x'.repeat(5000)));
  const packed = gzipSync(whole);
  const damaged = Buffer.from(packed);
  damaged.fill(0xff, 20, 40);
  const wrongId = `sha256:${'0'.repeat(64)}`;
  const rows: [bytes: Uint8Array, diffId: string, refusal: RegExp][] = [
    [whole, wrongId, /is another one: its diff id is "sha256:[0-9a-f]{64}"$/],
    [whole.subarray(0, 3000), digestOf(whole), /ends at byte 3000, too early$/],
    [
      packed.subarray(0, packed.length - 9),
      digestOf(whole),
      /failed to read the gzip stream: unexpected end of file$/,
    ],
    [damaged, digestOf(whole), /failed to read the (gzip|tar) stream: /],
    [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]), digestOf(whole), /failed to read the zstd stream: /],
    [Buffer.from('no archive at all'.repeat(100)), digestOf(whole), /failed to read the tar stream: /],
    [new Uint8Array(), digestOf(whole), /failed to read the tar stream: it ends at byte 0, too early$/],
  ];
  for (const [bytes, diffId, refusal] of rows) {
    assertOutcome(t, store, refusal, await unpack(store, bytes, diffId));
  }
});
