import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { loadAddon, nativeKernel } from '../../src/index.js';

const kernel = nativeKernel();

test('sealed bytes can be read and never written', (t) => {
  const fd = kernel.sealBytes('example', new Uint8Array([1, 2, 3]));
  t.deepEqual([...readFileSync(`/proc/self/fd/${fd}`)], [1, 2, 3]);
  t.throws(() => writeFileSync(`/proc/self/fd/${fd}`, 'x'), { code: 'EPERM' });
  closeSync(fd);
});

test('messages keep their bounds, and the end is an empty one', (t) => {
  const [ours, theirs] = kernel.socketPair();
  t.is(kernel.receiveMessage(ours), undefined);
  kernel.sendMessage(theirs, new Uint8Array([1]));
  kernel.sendMessage(theirs, new Uint8Array([2, 3]));
  t.deepEqual([...(kernel.receiveMessage(ours)?.bytes ?? [])], [1]);
  t.deepEqual([...(kernel.receiveMessage(ours)?.bytes ?? [])], [2, 3]);
  closeSync(theirs);
  t.is(kernel.receiveMessage(ours)?.bytes.length, 0);
  closeSync(ours);
});

test('a watched descriptor calls back once a readiness, until it is unwatched', async (t) => {
  const [ours, theirs] = kernel.socketPair();
  const seen: number[] = [];
  await new Promise<void>((resolve) => {
    const stop = kernel.watch(ours, () => {
      seen.push(kernel.receiveMessage(ours)?.bytes[0] ?? -1);
      if (seen.length === 3) {
        stop();
        resolve();
      } else {
        kernel.sendMessage(theirs, new Uint8Array([seen.length + 1]));
      }
    });
    kernel.sendMessage(theirs, new Uint8Array([1]));
  });
  t.deepEqual(seen, [1, 2, 3]);
  closeSync(ours);
  closeSync(theirs);
});

test('a program that has watched something ends: its thread touches nothing that is freed', (t) => {
  const { href } = new URL('../../src/index.js', import.meta.url);
  const program = `
    import { nativeKernel } from '${href}';
    const kernel = nativeKernel();
    kernel.watch(kernel.socketPair()[0], () => {})();`;
  // Freed memory is overwritten: a lock in it is then one that nobody ever releases. Source: mallopt(3).
  const env = { ...process.env, MALLOC_PERTURB_: '85' };
  const words = ['--input-type=module', '--eval', program];
  const { status, signal, stderr } = spawnSync(process.execPath, words, {
    env,
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  t.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: '' });
});

test('a lock has one holder', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-lock-'));
  const [first, second] = [0, 1].map(() => openSync(join(directory, 'lock'), 'a')) as [number, number];
  t.true(kernel.lock(first, 'exclusive'));
  t.false(kernel.lock(second, 'exclusive'));
  kernel.lock(first, 'unlock');
  t.true(kernel.lock(second, 'exclusive'));
  closeSync(first);
  closeSync(second);
  rmSync(directory, { recursive: true });
});

test('a failed call carries errno and system call', (t) => {
  const error = t.throws(() => kernel.sealExecutable('/does/not/exist'), {
    message: 'failed to seal "/does/not/exist": ENOENT no such file or directory',
  }) as Error & { context?: unknown };
  t.deepEqual(error.context, { errno: 2, syscall: 'open' });
});

test('the clock is the one of the system, in nanoseconds', (t) => {
  const before = BigInt(Date.now());
  const now = kernel.readClock();
  t.true(now / 1_000_000n >= before && now / 1_000_000n <= BigInt(Date.now()));
});

test('an addon that is missing, and one for another machine, say so', (t) => {
  const missing = t.throws(() => loadAddon('/nowhere/mini.node')) as Error & { code: string };
  t.is(missing.code, 'addon-missing');
  t.is(missing.message, 'failed to load the addon "/nowhere/mini.node": ENOENT no such file or directory');
  const directory = mkdtempSync(join(tmpdir(), 'mini-addon-'));
  const path = join(directory, 'broken.node');
  writeFileSync(path, '\x7fELF not really');
  const broken = t.throws(() => loadAddon(path)) as Error & { code: string; context: { hint: string } };
  t.is(broken.code, 'addon-unusable');
  t.regex(
    broken.message,
    /^failed to load the addon ".*broken\.node": .*(invalid ELF header|file too short)/,
  );
  t.regex(broken.context.hint, /^it was built for another machine than linux /);
  rmSync(directory, { recursive: true });
});

test('extended attributes and times of files, whatever their names are', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-files-'));
  const path = Buffer.concat([Buffer.from(`${directory}/`), Buffer.of(0xff)]);
  writeFileSync(path, '');
  const fd = openSync(path, 'r+');
  t.deepEqual(kernel.readXattrs(fd), []);
  kernel.setXattr(fd, 'user.one', Buffer.from([0, 255]));
  kernel.setXattr(path, 'user.two', new Uint8Array());
  const read = kernel.readXattrs(fd).map(([name, value]) => [name, [...value]]);
  t.deepEqual(read.sort(), [
    ['user.one', [0, 255]],
    ['user.two', []],
  ]);
  kernel.setTimes(path, -1n, 1_234_567_890_123_456_789n);
  const { atimeNs, mtimeNs } = fstatSync(fd, { bigint: true });
  t.deepEqual([atimeNs, mtimeNs], [-1n, 1_234_567_890_123_456_789n]);
  const root = openSync(directory, 'r');
  const again = kernel.openInRoot(root, Buffer.of(0xff), 0);
  t.is(fstatSync(again).ino, fstatSync(fd).ino);
  t.throws(() => kernel.setTimes(join(directory, 'missing'), 0n, 0n), {
    message: `failed to set the times of "${directory}/missing": ENOENT no such file or directory`,
  });
  for (const each of [fd, root, again]) closeSync(each);
  rmSync(directory, { recursive: true });
});

test('files and links are made by the descriptor of their directory, and never in the place of others', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-made-'));
  const held = openSync(directory, 'r');
  const fd = kernel.createFile(held, 'file');
  kernel.finishFile(fd, { mode: 0o4751, modifiedNs: 1_234_567_890_123_456_789n });
  const { mode, mtimeNs } = fstatSync(fd, { bigint: true });
  t.deepEqual([mode & 0o7777n, mtimeNs], [0o4751n, 1_234_567_890_123_456_789n]);
  kernel.makeSymlink(held, Buffer.of(0xff), '/nowhere', { modifiedNs: -1n });
  const link = Buffer.concat([Buffer.from(`${directory}/`), Buffer.of(0xff)]);
  t.is(readlinkSync(link), '/nowhere');
  t.is(lstatSync(link, { bigint: true }).mtimeNs, -1n);
  for (const name of ['file', Buffer.of(0xff)]) {
    t.throws(() => kernel.createFile(held, name), {
      message: 'failed to create a file: EEXIST file already exists',
    });
    t.throws(() => kernel.makeSymlink(held, name, 'x', { modifiedNs: 0n }), {
      message: 'failed to make a symbolic link: EEXIST file already exists',
    });
  }
  const syncing = kernel.syncFileSystem(held);
  for (const each of [fd, held]) closeSync(each);
  await syncing;
  await t.throwsAsync(kernel.syncFileSystem(held), {
    message: 'failed to sync a file system: EBADF bad file descriptor',
  });
  rmSync(directory, { recursive: true });
});
