import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { makeBusyboxRoot } from '../../src/roots/busybox-root.js';

const busybox = '/bin/busybox';
const makeScratch = () => mkdtempSync(join(tmpdir(), 'mini-busybox-'));

test('every applet of busybox is a link to it', (t) => {
  const root = makeScratch();
  t.teardown(() => rmSync(root, { recursive: true }));
  makeBusyboxRoot(root);
  const names = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  t.true(names.length > 100);
  for (const name of names.filter((name) => name !== 'busybox'))
    t.is(readlinkSync(join(root, 'bin', name)), 'busybox');
  t.deepEqual(readFileSync(join(root, 'bin/busybox')), readFileSync(busybox));
});

test('modes, users and groups are those of a small image', (t) => {
  const root = makeScratch();
  t.teardown(() => rmSync(root, { recursive: true }));
  makeBusyboxRoot(root);
  t.is(statSync(join(root, 'tmp')).mode & 0o7777, 0o1777);
  t.is(statSync(join(root, 'root')).mode & 0o7777, 0o700);
  t.true(lstatSync(join(root, 'var/run')).isSymbolicLink());
  t.regex(readFileSync(join(root, 'etc/passwd'), 'utf8'), /^app:x:1000:1000:app:\/home\/app:\/bin\/sh$/m);
  t.regex(readFileSync(join(root, 'etc/group'), 'utf8'), /^video:x:44:app$/m);
  t.regex(readFileSync(join(root, 'etc/os-release'), 'utf8'), /^ID=busybox$/m);
});

test('a directory that holds something is left alone', (t) => {
  t.throws(() => makeBusyboxRoot('/proc/self'), {
    message: 'failed to make busybox root "/proc/self": the directory is not empty',
    code: 'ROOT_FAILED',
  });
});

test('a busybox that is missing is named by its error', (t) => {
  const root = makeScratch();
  t.teardown(() => rmSync(root, { recursive: true }));
  t.throws(() => makeBusyboxRoot(root, join(root, 'none')), {
    message: `failed to make busybox root "${root}": ENOENT no such file or directory`,
  });
  t.false(existsSync(join(root, 'bin/busybox')));
});
