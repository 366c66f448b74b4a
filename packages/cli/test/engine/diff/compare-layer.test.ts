import test from 'ava';
import {
  compareLayer,
  type FileFacts,
  type LowerTree,
  type UpperNode,
} from '../../../src/engine/diff/compare-layer.js';

const FILE: FileFacts = { mode: 0o100644, uid: 0, gid: 0, device: 0, sizeBytes: 1, mtimeNs: 1n };
const DIRECTORY: FileFacts = { ...FILE, mode: 0o040755 };

const file = (name: string, facts: Partial<FileFacts> = {}): UpperNode => ({
  name,
  facts: { ...FILE, ...facts },
  children: [],
});
const gone = (name: string): UpperNode => ({ ...file(name), mark: 'whiteout' });
const directory = (name: string, ...children: UpperNode[]): UpperNode => ({
  name,
  facts: { ...DIRECTORY, mtimeNs: 2n },
  children,
});
const opaque = (name: string, ...children: UpperNode[]): UpperNode => ({
  ...directory(name, ...children),
  mark: 'opaque',
});

/** Paths; those with a slash at the end are directories. */
function lower(...paths: string[]): LowerTree {
  const files = new Map(
    paths.map((path) => [path.replace(/\/$/, ''), path.endsWith('/') ? DIRECTORY : FILE]),
  );
  return {
    lookUp: (path) => files.get(path),
    list: (path) =>
      [...files.keys()]
        .filter((each) => each.slice(0, each.lastIndexOf('/')) === path)
        .map((each) => each.slice(path.length + 1)),
  };
}

const LOWER = lower('/etc/', '/etc/passwd', '/etc/group', '/etc/ssl/', '/etc/ssl/a', '/etc/ssl/b', '/bin');
const show = (root: UpperNode, isOwn?: (path: string) => boolean) =>
  compareLayer(root, LOWER, isOwn).map(({ type, path }) => `${type} ${path}`);

test('added, changed and deleted files, by path', (t) => {
  const root = directory(
    '',
    directory('new', file('b'), file('a')),
    directory('etc', gone('passwd'), file('group', { sizeBytes: 2 }), file('more')),
  );
  t.deepEqual(show(root), [
    'C /etc',
    'C /etc/group',
    'A /etc/more',
    'D /etc/passwd',
    'A /new',
    'A /new/a',
    'A /new/b',
  ]);
});

test('what was copied up and is as it was is no change', (t) => {
  t.deepEqual(show(directory('', directory('etc', file('group'), directory('ssl')))), []);
});

test('every fact of a file counts, of a directory all but time and size', (t) => {
  for (const facts of [
    { mode: 0o100600 },
    { uid: 1 },
    { gid: 1 },
    { device: 1 },
    { sizeBytes: 2 },
    { mtimeNs: 2n },
  ]) {
    t.deepEqual(show(directory('', file('bin', facts))), ['C /bin']);
  }
  t.deepEqual(show(directory('', { ...directory('etc'), facts: { ...DIRECTORY, sizeBytes: 9 } })), []);
  t.deepEqual(show(directory('', { ...directory('etc'), facts: { ...DIRECTORY, uid: 1 } })), ['C /etc']);
});

test('an opaque directory has lost what it does not have itself', (t) => {
  const root = directory('', directory('etc', opaque('ssl', file('b'), file('c'))));
  t.deepEqual(show(root), ['C /etc', 'C /etc/ssl', 'D /etc/ssl/a', 'A /etc/ssl/c']);
  t.deepEqual(show(directory('', opaque('fresh', file('x')))), ['A /fresh', 'A /fresh/x']);
});

test('a file in the place of a directory, and the other way round', (t) => {
  t.deepEqual(show(directory('', directory('etc', file('ssl')))), [
    'C /etc',
    'C /etc/ssl',
    'D /etc/ssl/a',
    'D /etc/ssl/b',
  ]);
  t.deepEqual(show(directory('', opaque('bin', file('x')))), ['C /bin', 'A /bin/x']);
});

test('a whiteout of nothing is no change', (t) => {
  t.deepEqual(show(directory('', gone('never'))), []);
});

test("mount points are nobody's change, nor are directories made for them alone", (t) => {
  const own = new Set(['/proc', '/srv/data', '/etc/hosts']);
  const root = directory(
    '',
    directory('proc'),
    directory('srv', directory('data')),
    directory('etc', file('hosts')),
  );
  t.deepEqual(
    show(root, (path) => own.has(path)),
    [],
  );
  const more = directory('', directory('srv', directory('data'), file('mine')), directory('empty'));
  t.deepEqual(
    show(more, (path) => own.has(path)),
    ['A /empty', 'A /srv', 'A /srv/mine'],
  );
});
