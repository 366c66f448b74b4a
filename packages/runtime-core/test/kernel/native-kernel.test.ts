import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileBatch, type FileRecord } from '@mini/contracts';
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

// Serial, as those below: nobody else opens what is closed here.
test.serial(
  'files and links are made by the descriptor of their directory, and never in the place of others',
  async (t) => {
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
  },
);

test.serial('a batch of files is made as it says, up to the first that cannot be', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-batch-'));
  const held = openSync(directory, 'r');
  const file: FileRecord = {
    type: 'file',
    directoryFd: held,
    name: 'file',
    mode: 0o4751,
    modifiedNs: 1_234_567_890_123_456_789n,
    content: 'text',
  };
  const write = (...records: FileRecord[]) => {
    const batch = new FileBatch(4096);
    for (const record of records) t.true(batch.add(record));
    return kernel.writeFiles(batch.bytes);
  };
  const link: FileRecord = {
    ...file,
    type: 'symlink',
    name: Buffer.of(0xff),
    content: '/nowhere',
    modifiedNs: -1n,
  };
  // The group and all others may write: no umask takes that away.
  await write(file, link, { ...file, name: 'open', mode: 0o666, content: '' });
  const path = (name: string | Buffer) => Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name)]);
  const look = (name: string | Buffer) => lstatSync(path(name), { bigint: true });
  t.is(readFileSync(path('file'), 'utf8'), 'text');
  t.deepEqual([look('file').mode & 0o7777n, look('file').mtimeNs], [0o4751n, file.modifiedNs]);
  t.deepEqual([look('open').mode & 0o7777n, look('open').size], [0o666n, 0n]);
  t.is(readlinkSync(path(Buffer.of(0xff))), '/nowhere');
  t.is(look(Buffer.of(0xff)).mtimeNs, -1n);

  const taken = write({ ...file, name: 'before' }, { ...link, name: 'file' }, { ...file, name: 'behind' });
  const error = await t.throwsAsync<Error & { context: unknown }>(taken, {
    message: 'failed to write files: EEXIST file already exists',
  });
  t.deepEqual(error.context, { errno: 17, syscall: 'symlinkat', record: 1 });
  t.deepEqual(readdirSync(directory).length, 4);
  t.is(readFileSync(path('file'), 'utf8'), 'text');
  closeSync(held);
  rmSync(directory, { recursive: true });
});

test.serial('a batch that is none, or has a name that leads elsewhere, is refused as a whole', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-batch-'));
  const held = openSync(directory, 'r');
  const file = { type: 'file', directoryFd: held, mode: 0o600, modifiedNs: 0n, content: 'text' } as const;
  const encode = (...names: string[]) => {
    const batch = new FileBatch(4096);
    for (const name of names) batch.add({ ...file, name });
    return Buffer.from(batch.bytes);
  };
  const whole = encode('a');
  const changed = (word: number, value: bigint) => {
    const bytes = Buffer.from(whole);
    bytes.writeBigInt64LE(value, 8 * word);
    return bytes;
  };
  const refused = [
    ...['', '.', '..', '../a', 'b/a', 'a\0b'].map((name) => encode('first', name)),
    ...[8, 64].map((length) => whole.subarray(0, length)),
    ...[-8n, 0n, 8n, 81n, 2n ** 40n].map((length) => changed(0, length)),
    ...[-1n, 0n, 2n, 15n, 2n ** 62n].map((length) => changed(6, length)),
    ...[-1n, 15n, 2n ** 62n].map((length) => changed(7, length)),
    changed(2, 0o020600n),
  ];
  for (const bytes of refused) {
    await t.throwsAsync(kernel.writeFiles(bytes), {
      message: 'failed to write files: EINVAL invalid argument',
    });
  }
  t.deepEqual(readdirSync(directory), []);
  await kernel.writeFiles(whole);
  await kernel.writeFiles(new Uint8Array());
  t.deepEqual(readdirSync(directory), ['a']);
  closeSync(held);
  rmSync(directory, { recursive: true });
});

test('a signal does not end a wait for what is to be read', async (t) => {
  const [readEnd, writeEnd] = kernel.pipe();
  const heard = once(process, 'SIGUSR2');
  const script = 'sleep 0.2; kill -USR2 $PPID; sleep 0.2; echo word';
  const sender = spawn('sh', ['-c', script], { stdio: ['ignore', writeEnd, 'ignore'] });
  const ended = once(sender, 'exit');
  t.true(kernel.pollReadable(readEnd, 120_000));
  await Promise.all([heard, ended]);
  closeSync(readEnd);
  closeSync(writeEnd);
});
