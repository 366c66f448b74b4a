import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { findCacheDirectory, isOurs, makeOurs } from '../src/cache-directory.js';

const uid = process.geteuid!();

function temporary(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'mini-cache-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('the cache lies where the user’s caches lie', (t) => {
  t.is(findCacheDirectory({ XDG_CACHE_HOME: '/c', HOME: '/h' }, 1000), '/c/mini');
  t.is(findCacheDirectory({ XDG_CACHE_HOME: '', HOME: '/h' }, 1000), '/h/.cache/mini');
  t.is(findCacheDirectory({ HOME: '/h' }, 1000), '/h/.cache/mini');
  t.is(findCacheDirectory({}, 1000), undefined);
  t.is(findCacheDirectory({ XDG_CACHE_HOME: 'relative' }, 1000), undefined);
});

test('root does not use what the environment says', (t) => {
  t.is(findCacheDirectory({ XDG_CACHE_HOME: '/c', HOME: '/home/me' }, 0), '/var/cache/mini');
});

test('it can be switched off', (t) => {
  t.is(findCacheDirectory({ MINI_CODE_CACHE: '0', HOME: '/h' }, 1000), undefined);
  t.is(findCacheDirectory({ MINI_CODE_CACHE: '0' }, 0), undefined);
});

test('the directory is made for us alone', (t) => {
  const directory = join(temporary(t), 'a/mini');
  t.true(makeOurs(directory, uid));
  t.is(statSync(directory).mode & 0o777, 0o700);
  t.true(makeOurs(directory, uid));
});

test('a directory that others can write to is not ours', (t) => {
  const directory = temporary(t);
  for (const mode of [0o770, 0o702]) {
    chmodSync(directory, mode);
    t.false(makeOurs(directory, uid));
    t.false(isOurs(directory, uid));
  }
});

test('a missing directory is nobody’s', (t) => {
  t.false(isOurs(join(temporary(t), 'gone'), uid));
});

test('neither is a link, a file, or what cannot be made', (t) => {
  const directory = temporary(t);
  mkdirSync(join(directory, 'real'));
  symlinkSync('real', join(directory, 'link'));
  writeFileSync(join(directory, 'file'), '');
  for (const name of ['link', 'file', 'file/below']) t.false(makeOurs(join(directory, name), uid));
});

test('neither is the directory of somebody else', (t) => {
  const directory = temporary(t);
  t.false(makeOurs(directory, uid + 1));
  if (uid === 0) {
    chownSync(directory, 1, 1);
    t.false(makeOurs(directory, uid));
  }
});
