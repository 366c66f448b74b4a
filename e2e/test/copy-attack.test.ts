import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { copyFromContainer, copyToContainer, findContainer, removeContainer, runDetached } from '@mini/cli';
import { type TarEntry, unpackTree } from '@mini/image-store';
import { nativeKernel } from '@mini/runtime-core';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { compileProgram } from '../support/compile-program.js';
import { freshName } from '../support/detached.js';
import { MINI } from '../support/mini.js';
import { runRaces } from '../support/races.js';
import { freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { waitFor } from '../support/wait.js';

/** How often each way is tried; names are swapped some thousand times a second. */
const COPIES = 250;

/** What a naive copy may need until it is caught. */
const NAIVE_COPIES = 20_000;

/** A directory of this machine that no copy may touch or read. */
function makeDecoy(): { path: string; look(): unknown } {
  const path = freshDirectory('decoy');
  fs.mkdirSync(join(path, 'sub'));
  for (const name of ['secret', 'sub/secret']) fs.writeFileSync(join(path, name), 'SECRET');
  const look = () =>
    fs
      .readdirSync(path, { recursive: true })
      .sort()
      .map((name) => {
        const place = join(path, String(name));
        const { ino, mode, uid, mtimeMs, ctimeMs, size } = fs.lstatSync(place);
        return [
          name,
          ino,
          mode,
          uid,
          mtimeMs,
          ctimeMs,
          size,
          size === 6 ? fs.readFileSync(place, 'utf8') : '',
        ];
      });
  return { path, look };
}

const swapper = compileProgram('swap', {}, ['-static']);

/** A container that exchanges a directory and a file of its own with links to the decoy for as long as it lives. */
async function startSwapper(t: ExecutionContext, decoy: string): Promise<{ name: string; root: string }> {
  const path = freshBusyboxRoot();
  fs.copyFileSync(swapper, join(path, 'swap'));
  // Made in the container's own layer: a directory of the layer below cannot be renamed.
  const script = [
    'mkdir -p /play/dir/sub',
    'for file in dir/secret dir/sub/secret file; do printf harmless > /play/$file; done',
    `ln -s ${decoy} /play/to-decoy; ln -s ${decoy}/secret /play/to-secret`,
    'exec /swap /play/dir /play/to-decoy /play/file /play/to-secret',
  ];
  const name = freshName();
  await runDetached({
    name,
    root: { kind: 'directory', path, overlay: true },
    command: ['sh', '-c', script.join('\n')],
  });
  t.teardown(() => removeContainer(name, { force: true }));
  const { state } = findContainer(name);
  if (state.status !== 'running') throw new Error('the swapper does not run');
  const root = `/proc/${state.pid}/root`;
  await waitFor('the swapper', () => fs.readFileSync(`/proc/${state.pid}/comm`, 'utf8') === 'swap\n');
  return { name, root };
}

/** Whether something came back, of any number of tries: failing is an answer too while names are swapped. */
async function attempt<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch {
    return undefined;
  }
}

test('a racing container gets no copy to write outside of it', async (t) => {
  const decoy = makeDecoy();
  const before = decoy.look();
  const { name, root } = await startSwapper(t, decoy.path);
  const source = freshDirectory('source');
  fs.mkdirSync(join(source, 'sub'));
  for (const file of ['secret', 'sub/secret']) fs.writeFileSync(join(source, file), 'OVERWRITTEN');
  const { races, done } = await runRaces('copies to a container', COPIES, async () => {
    const results = [
      await attempt(() => copyToContainer(name, join(source, 'secret'), '/play/dir/secret')),
      await attempt(() => copyToContainer(name, `${source}/.`, '/play/dir', { archive: true })),
    ];
    return results.filter((each) => each !== undefined).length;
  });
  t.deepEqual(decoy.look(), before);
  t.true(done > 0, 'none of the copies went through');
  t.log(`${done} of ${2 * races} copies met the container's own directory`);
  t.is(findContainer(name).state.status, 'running');
  // The same path, naively: the race is real, and is won.
  let isWon = false;
  for (let i = 0; i < NAIVE_COPIES && !isWon; i++) {
    await attempt(async () => fs.writeFileSync(`${root}/play/dir/secret`, 'OVERWRITTEN'));
    isWon = fs.readFileSync(join(decoy.path, 'secret'), 'utf8') === 'OVERWRITTEN';
  }
  t.true(isWon, 'a naive copy was never led astray: this test attacks nothing');
});

test('a racing container gets no copy to read outside of it', async (t) => {
  const decoy = makeDecoy();
  const before = decoy.look();
  const { name, root } = await startSwapper(t, decoy.path);
  const to = fs.realpathSync(freshDirectory('to'));
  const seen = new Set<string>();
  const take = (path: string) => {
    // A link that was copied as a link is one here too, and says what it says.
    const isOurs = fs.existsSync(path) && fs.realpathSync(path) === path;
    if (isOurs) seen.add(fs.readFileSync(path, 'utf8'));
  };
  const { races, done } = await runRaces('copies from a container', COPIES, async (i) => {
    const place = join(to, String(i));
    const results = [
      await attempt(() => copyFromContainer(name, '/play/dir', place)),
      await attempt(() =>
        copyFromContainer(name, '/play/file', `${place}-file`, { followLink: i % 2 === 0 }),
      ),
      await attempt(() => copyFromContainer(name, '/play/dir/.', `${place}-dot`, { archive: true })),
    ];
    for (const path of [
      `${place}-file`,
      `${place}/secret`,
      `${place}/sub/secret`,
      `${place}-dot/secret`,
      `${place}-dot/sub/secret`,
    ])
      take(path);
    for (const path of [place, `${place}-file`, `${place}-dot`])
      fs.rmSync(path, { recursive: true, force: true });
    return results.filter((each) => each !== undefined).length;
  });
  t.log(`${done} of ${3 * races} copies met the container's own files`);
  t.deepEqual([...seen], ['harmless']);
  t.deepEqual(decoy.look(), before);
  let isWon = false;
  for (let i = 0; i < NAIVE_COPIES && !isWon; i++) {
    isWon = (await attempt(async () => fs.readFileSync(`${root}/play/dir/secret`, 'utf8'))) === 'SECRET';
  }
  t.true(isWon, 'a naive copy was never led astray: this test attacks nothing');
});

test('links that stay where they are lead nowhere either', async (t) => {
  const decoy = makeDecoy();
  const before = decoy.look();
  const path = freshBusyboxRoot();
  const up = '../'.repeat(40);
  fs.symlinkSync(decoy.path, join(path, 'absolute'));
  fs.symlinkSync(up + decoy.path.slice(1), join(path, 'relative'));
  fs.symlinkSync(join(decoy.path, 'secret'), join(path, 'file'));
  fs.symlinkSync('/proc/self/root', join(path, 'magic'));
  const name = freshName();
  await runDetached({ name, root: { kind: 'directory', path, overlay: true }, command: ['sleep', '1000'] });
  t.teardown(() => removeContainer(name, { force: true }));
  const source = join(freshDirectory('source'), 'secret');
  fs.writeFileSync(source, 'OVERWRITTEN');
  const to = freshDirectory('to');
  for (const place of ['absolute', 'relative', `magic${decoy.path}`]) {
    await t.throwsAsync(copyToContainer(name, source, `/${place}/secret`));
    await t.throwsAsync(copyFromContainer(name, `/${place}/secret`, join(to, 'x')));
    await t.throwsAsync(copyFromContainer(name, `/${place}/`, join(to, 'x')));
  }
  await t.throwsAsync(copyFromContainer(name, '/file', join(to, 'x'), { followLink: true }));
  t.deepEqual([fs.readdirSync(to), decoy.look()], [[], before]);
  // Where the container has such a directory itself, that is the one that is meant.
  const { state } = findContainer(name);
  const own = `/proc/${state.status === 'running' ? state.pid : 0}/root${decoy.path}`;
  fs.mkdirSync(own, { recursive: true });
  await copyToContainer(name, source, '/relative/secret');
  t.is(fs.readFileSync(join(own, 'secret'), 'utf8'), 'OVERWRITTEN');
  t.deepEqual(decoy.look(), before);
});

test('an archive cannot make its own way out', async (t) => {
  const decoy = makeDecoy();
  const before = decoy.look();
  const root = freshDirectory('root');
  const about = { mode: 0o4777, uid: 0, gid: 0, mtimeNs: 0n, sizeBytes: 0 };
  const entry = (path: string, more: Partial<TarEntry>) => ({
    entry: { ...about, path, type: 'file', ...more } as TarEntry,
    content: more.sizeBytes ? [Buffer.from('EVIL')] : [],
  });
  const evil = { sizeBytes: 4 };
  const link = (path: string, linkPath: string, type: 'symlink' | 'link' = 'symlink') =>
    entry(path, { type, linkPath });
  const up = '../'.repeat(40);
  const archives = [
    [link('a', decoy.path), entry('a/secret', evil)],
    [link('b', `${up}${decoy.path.slice(1)}`), entry('b/sub/secret', evil)],
    [link('c', '.'), link('c/d', decoy.path), entry('c/d/secret', evil)],
    [link('e', join(decoy.path, 'secret')), entry('e', evil)],
    [link('f', join(decoy.path, 'secret'), 'link')],
    [link('g', decoy.path), link('h', 'g/secret', 'link'), entry('h', evil)],
    [link('i', join(decoy.path, 'secret')), link('j', 'i', 'link'), entry('j', evil)],
    [entry(`${up}${decoy.path.slice(1)}/secret`, evil)],
    [entry(`${decoy.path}/secret`, evil)],
    [link('k', decoy.path), entry('k', { type: 'directory', mode: 0 })],
    [link('l', `/proc/self/fd`), entry('l/0', evil)],
    [link('m', decoy.path), entry('m/new/deep', evil)],
  ];
  const fd = fs.openSync(root, 'r');
  for (const members of archives) await attempt(() => unpackTree(nativeKernel(), fd, members));
  fs.closeSync(fd);
  t.deepEqual(decoy.look(), before);
  const theirs = new Set((before as unknown[][]).map(([, inode]) => inode));
  const { stdout } = await execa('find', [root, '-printf', '%i\\n']);
  const ours = stdout.split('\n').map(Number);
  t.deepEqual(
    ours.filter((inode) => theirs.has(inode)),
    [],
  );
  t.true(ours.length > 10);
});

/** Programs that were executed, and files whose code was mapped, by what strace has written. */
function listCode(trace: string): string[] {
  const lines = fs.readFileSync(trace, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const executed = /execve(?:at)?\(.*?"([^"]+)".* = 0$/.exec(line)?.[1];
    const mapped = /mmap\(.*PROT_EXEC.*\d+<([^>]+)>/.exec(line)?.[1];
    return executed ?? mapped ?? [];
  });
}

test('nothing of the container is executed, whatever its tar, its libraries and its users are', async (t) => {
  const directory = freshDirectory('trap');
  const root = freshBusyboxRoot();
  const traps = [
    'bin/tar',
    'usr/bin/tar',
    'bin/gzip',
    'usr/bin/unpigz',
    'lib/libnss_files.so.2',
    'lib/x86_64-linux-gnu/libc.so.6',
  ];
  for (const trap of traps) {
    fs.mkdirSync(dirname(join(root, trap)), { recursive: true });
    fs.rmSync(join(root, trap), { force: true });
    fs.copyFileSync(swapper, join(root, trap));
    fs.chmodSync(join(root, trap), 0o755);
  }
  fs.writeFileSync(join(root, 'etc/ld.so.preload'), '/lib/libnss_files.so.2\n');
  fs.writeFileSync(join(root, 'etc/nsswitch.conf'), 'passwd: files\n');
  const name = freshName();
  await runDetached({
    name,
    root: { kind: 'directory', path: root, overlay: true },
    command: ['sleep', '1000'],
  });
  t.teardown(() => removeContainer(name, { force: true }));
  const trace = join(directory, 'trace');
  const strace = ['-f', '-qq', '-y', '-s', '400', '-e', 'trace=execve,execveat,mmap', '-o', trace];
  const run = async (...words: string[]) => {
    await execa('strace', [...strace, ...words], { stdin: 'ignore' });
    return listCode(trace);
  };
  const isTheirs = (path: string) =>
    path.startsWith(root) || traps.some((trap) => path === `/${trap}` && !fs.existsSync(path));
  const before = [MINI, '/usr/bin/env', process.execPath];
  for (const words of [
    ['cp', `${name}:/etc`, join(directory, 'etc')],
    ['cp', '-a', join(directory, 'etc'), `${name}:/copied`],
    ['export', '-o', join(directory, 'x.tar'), name],
    ['diff', name],
  ]) {
    const code = await run(MINI, ...words);
    t.true(code.length > 3, words.join(' '));
    t.deepEqual(code.filter(isTheirs), [], words.join(' '));
    const programs = fs.readFileSync(trace, 'utf8').match(/execve\("[^"]+".* = 0$/gm) ?? [];
    t.true(
      programs.every((line) => before.some((path) => line.includes(`"${path}"`)) || line.includes('/node"')),
      programs.join('\n'),
    );
  }
  // What is looked for is found when it is there.
  t.deepEqual((await run('/bin/sh', '-c', `${join(root, 'bin/tar')} || true`)).filter(isTheirs).slice(0, 1), [
    join(root, 'bin/tar'),
  ]);
});
