import test from 'ava';
import {
  assertsDirectory,
  type CopyTarget,
  cleanPath,
  nameOf,
  parseCopyEnd,
  planCopy,
} from '../../../src/engine/copy/copy-rules.js';

test('an end is a container before the first colon, or a path', (t) => {
  const cases = [
    ['web:/a', { container: 'web', path: '/a' }],
    ['web:a:b', { container: 'web', path: 'a:b' }],
    ['/a:b', { path: '/a:b' }],
    ['./a:b', { path: './a:b' }],
    ['../a:b', { path: '../a:b' }],
    ['a', { path: 'a' }],
    ['-', { path: '-' }],
    [':/a', { container: '', path: '/a' }],
    ['web:', { container: 'web', path: '' }],
  ] as const;
  for (const [word, end] of cases) t.deepEqual(parseCopyEnd(word), end, word);
});

const DIRECTORY = { isDirectory: true };
const FILE = { isDirectory: false };
const target = (path: string, kind: CopyTarget['kind']): CopyTarget => ({ path, kind });

test('the rules of docker cp', (t) => {
  const cases = [
    // A directory takes things in by their names.
    [{ path: '/s/f', ...FILE }, target('/d', 'directory'), { directory: '/d', name: 'f' }],
    [{ path: '/s/dir', ...DIRECTORY }, target('/d/', 'directory'), { directory: '/d/', name: 'dir' }],
    [{ path: '/s/dir/', ...DIRECTORY }, target('/d', 'directory'), { directory: '/d', name: 'dir' }],
    [{ path: '/s/dir/.', ...DIRECTORY }, target('/d', 'directory'), { directory: '/d', name: '.' }],
    [{ path: '/', ...DIRECTORY }, target('/d', 'directory'), { directory: '/d', name: '.' }],
    [{ path: '.', ...DIRECTORY }, target('/d', 'directory'), { directory: '/d', name: '.' }],
    [{ path: '/s/..', ...DIRECTORY }, target('/d', 'directory'), { directory: '/d', name: '.' }],
    // What is not there is made, under the name that was said.
    [{ path: '/s/f', ...FILE }, target('/d/new', 'missing'), { directory: '/d', name: 'new' }],
    [{ path: '/s/dir', ...DIRECTORY }, target('/d/new', 'missing'), { directory: '/d', name: 'new' }],
    [{ path: '/s/dir', ...DIRECTORY }, target('/d/new/', 'missing'), { directory: '/d', name: 'new' }],
    [{ path: '/s/dir/.', ...DIRECTORY }, target('/d/new', 'missing'), { directory: '/d', name: 'new' }],
    [{ path: 'f', ...FILE }, target('new', 'missing'), { directory: '.', name: 'new' }],
    // A file is replaced.
    [{ path: '/s/f', ...FILE }, target('/d/old', 'file'), { directory: '/d', name: 'old' }],
  ] as const;
  for (const [source, to, plan] of cases)
    t.deepEqual(planCopy(source, to), plan, `${source.path} ${to.path}`);
});

test('what docker cp refuses', (t) => {
  const cases = [
    [{ path: '/s/f', ...FILE }, target('/d/new/', 'missing'), 'there is no such directory'],
    [{ path: '/s/f', ...FILE }, target('/d/new/.', 'missing'), 'there is no such directory'],
    [{ path: '/s', ...DIRECTORY }, target('/d/old', 'file'), 'a directory cannot be copied onto a file'],
    [{ path: '/s', ...FILE }, target('/dev/null', 'other'), 'it is neither a directory nor a regular file'],
  ] as const;
  for (const [source, to, message] of cases) t.throws(() => planCopy(source, to), { message });
});

test('ends of paths that mean something', (t) => {
  t.deepEqual(['a/', 'a/.', '.', '/', './'].filter(assertsDirectory), ['a/', 'a/.', '.', '/', './']);
  t.deepEqual(['a', 'a/..', 'a.', '..'].filter(assertsDirectory), []);
  t.deepEqual(['a/b/', 'a//b', 'a/./b/.', '/', '.', 'a/../b'].map(cleanPath), [
    'a/b',
    'a/b',
    'a/b/.',
    '/',
    '.',
    'b',
  ]);
  t.deepEqual(['/a/b', '/a/b/', '/a/.', '/', 'a/..'].map(nameOf), ['b', 'b', '.', '.', '.']);
});
