import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { nativeKernel } from '../../src/index.js';

const { ELOOP, EINVAL, ENOENT, ENOTDIR } = constants.errno;

test('the beginnings of many files are read by one call, and what is no file tells why', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'read-files-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'long'), 'abcdef');
  writeFileSync(join(directory, 'short'), 'ü');
  writeFileSync(join(directory, 'empty'), '');
  mkdirSync(join(directory, 'below'));
  writeFileSync(join(directory, 'below/file'), 'x');
  symlinkSync('long', join(directory, 'link'));
  // Nobody writes to it: a reader that waited would wait for ever.
  execFileSync('mkfifo', [join(directory, 'fifo')]);
  const paths = ['long', 'missing', 'short', 'below', 'link', 'fifo', 'empty', 'long/x', 'below/file'];
  const { bytes, ends, sizes } = nativeKernel().readFiles(directory, paths, 4);
  t.is(Buffer.from(bytes).toString(), 'abcdüx');
  t.deepEqual([...ends], [4, 4, 6, 6, 6, 6, 6, 6, 7]);
  t.deepEqual([...sizes], [6, -ENOENT, 2, -EINVAL, -ELOOP, -EINVAL, 0, -ENOTDIR, 1]);
});

test('no files, and no directory', (t) => {
  const { bytes, ends, sizes } = nativeKernel().readFiles('/', [], 10);
  t.deepEqual([bytes.length, ends.length, sizes.length], [0, 0, 0]);
  t.throws(() => nativeKernel().readFiles('/missing', ['x'], 10), {
    message: 'failed to open "/missing": ENOENT no such file or directory',
  });
});

test('more files than there may be descriptors', (t) => {
  const paths = Array<string>(5000).fill('self/comm');
  const { sizes } = nativeKernel().readFiles('/proc', paths, 16);
  t.true(sizes.every((size) => size === 0));
});
