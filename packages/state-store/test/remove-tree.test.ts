import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { removeTree } from '../src/index.js';

function freshDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'mini-remove-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('a tree of 5,000 levels goes, which has no path that the kernel would take', (t) => {
  const top = freshDirectory(t);
  let fd = openSync(top, 'r');
  for (let level = 0; level < 5000; level++) {
    const place = `/proc/self/fd/${fd}`;
    mkdirSync(`${place}/d`);
    writeFileSync(`${place}/f`, '');
    const below = openSync(`${place}/d`, 'r');
    closeSync(fd);
    fd = below;
  }
  closeSync(fd);
  removeTree(top);
  t.false(existsSync(top));
});

test('names need not be UTF-8, and those that are moved up may meet others', (t) => {
  const top = freshDirectory(t);
  mkdirSync(Buffer.concat([Buffer.from(`${top}/a`), Buffer.from([0xff])]));
  writeFileSync(Buffer.concat([Buffer.from(`${top}/a`), Buffer.from([0xff, 0x2f, 0xfe])]), '');
  mkdirSync(join(top, 'b/c/d'), { recursive: true });
  for (let number = 1; number < 9000; number += 1000) {
    mkdirSync(join(top, `.removed-${process.pid}-${number}/x`), { recursive: true });
    writeFileSync(join(top, `.removed-${process.pid}-${number + 1}`), '');
  }
  removeTree(top);
  t.false(existsSync(top));
});

test('no link is followed, and a file is removed too', (t) => {
  const top = freshDirectory(t);
  const decoy = freshDirectory(t);
  writeFileSync(join(decoy, 'file'), 'kept');
  mkdirSync(join(top, 'tree/inner'), { recursive: true });
  symlinkSync(decoy, join(top, 'tree/inner/link'));
  symlinkSync(decoy, join(top, 'link'));
  for (const name of ['tree', 'link', 'missing']) removeTree(join(top, name));
  writeFileSync(join(top, 'file'), '');
  removeTree(join(top, 'file'));
  t.deepEqual(readdirSync(top), []);
  t.is(readFileSync(join(decoy, 'file'), 'utf8'), 'kept');
});

test('directories that are closed to their owner are opened up', (t) => {
  const top = freshDirectory(t);
  mkdirSync(join(top, 'a/b/c'), { recursive: true });
  writeFileSync(join(top, 'a/b/file'), '');
  for (const path of ['a/b/c', 'a/b', 'a']) chmodSync(join(top, path), 0);
  chmodSync(top, 0o777);
  // Root may write everywhere.
  const program = `import(${JSON.stringify(new URL('../src/index.js', import.meta.url).href)}).then((store) => store.removeTree(${JSON.stringify(join(top, 'a'))}))`;
  if (process.getuid?.() === 0) {
    spawnSync('chown', ['-R', '65534', top]);
    const { status, stderr } = spawnSync(
      'setpriv',
      ['--reuid=65534', '--clear-groups', process.execPath, '-e', program],
      { encoding: 'utf8', cwd: '/' },
    );
    t.is(status, 0, stderr);
  } else removeTree(join(top, 'a'));
  t.deepEqual(readdirSync(top), []);
});

test('the directories of an overlay are removed, and what a link in them leads to stays', (t) => {
  const top = freshDirectory(t);
  const outside = freshDirectory(t);
  writeFileSync(join(outside, 'file'), 'x');
  mkdirSync(join(top, 'c/upper/closed'), { recursive: true });
  mkdirSync(join(top, 'c/work/work'), { recursive: true });
  writeFileSync(join(top, 'c/upper/closed/file'), 'x');
  symlinkSync(outside, join(top, 'c/upper/link'));
  for (const path of ['c/upper/closed', 'c/work/work']) chmodSync(join(top, path), 0);
  removeTree(join(top, 'c'));
  t.false(existsSync(join(top, 'c')));
  t.deepEqual(readdirSync(outside), ['file']);
  t.notThrows(() => removeTree(join(top, 'c')));
});

test('what cannot be removed is told', (t) => {
  const error = t.throws<NodeJS.ErrnoException>(() => removeTree('/proc/self/fdinfo'));
  t.regex(error?.code ?? '', /^(EPERM|EACCES|ENOTEMPTY)$/);
});
