import type { TarEntry, TarMember } from '@mini/image-store';
import { file, other } from '../../support/image-archive.js';

/** What a layer must come to: it is refused with these words, or kept, whatever it says, below its own root. */
export type Outcome = 'kept' | RegExp;

/** A layer that tries to reach a decoy outside of its root. */
export interface Attack {
  readonly title: string;
  readonly members: (decoy: string) => readonly TarMember[];
  readonly outcome: Outcome;
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

/** All of them: each deed through each lead, and those that need neither. */
export const LAYER_ATTACKS: readonly Attack[] = [...WAYS, ...OTHERS];
