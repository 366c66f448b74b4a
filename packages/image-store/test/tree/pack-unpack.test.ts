import * as fs from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { HOLD, packTree, readTar, unpackTree, writeTar } from '../../src/index.js';
import { member } from '../tar/members.js';
import { describeTree, inDirectory, makeTree, tree } from '../tar/tree.js';
import { kernel } from './fake-kernel.js';

/** Runs `use` with a descriptor of a directory. */
async function holding<T>(path: string, use: (fd: number) => Promise<T>): Promise<T> {
  const fd = fs.openSync(path, HOLD);
  try {
    return await use(fd);
  } finally {
    fs.closeSync(fd);
  }
}

const pack = (fd: number, options = {}) => packTree(kernel, { fd, parentFd: fd, name: '.' }, options);

/** Node's own way to set times has less than nanoseconds. */
function inSeconds(seen: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(seen as Record<string, { mtimeNs: bigint }>);
  return Object.fromEntries(
    entries.map(([path, each]) => [path, { ...each, mtimeNs: each.mtimeNs / 1_000_000_000n }]),
  );
}

test('random trees come out as they went in, directly and through tar', async (t) => {
  await fc.assert(
    fc.asyncProperty(tree, async (children) => {
      await inDirectory(async (directory) => {
        const [from, direct, archived] = ['from', 'direct', 'archived'].map((name) =>
          join(directory, name),
        ) as [string, string, string];
        for (const path of [from, direct, archived]) fs.mkdirSync(path);
        makeTree(from, children);
        const rightsOf = () => ({ keepPrivileges: true });
        await holding(from, async (source) => {
          await holding(direct, (fd) => unpackTree(kernel, fd, pack(source), { rightsOf }));
          await holding(archived, (fd) =>
            unpackTree(kernel, fd, readTar(writeTar(pack(source))), { rightsOf }),
          );
        });
        const expected = inSeconds(describeTree(from));
        t.deepEqual(inSeconds(describeTree(direct)), expected);
        t.deepEqual(inSeconds(describeTree(archived)), expected);
      });
    }),
    { numRuns: 40 },
  );
});

async function unpacked(before: (root: string) => void, ...members: ReturnType<typeof member>[]) {
  return inDirectory(async (root) => {
    before(root);
    const result = await holding(root, (fd) => unpackTree(kernel, fd, members)).catch(
      (error) => error.message,
    );
    return { result, seen: Object.keys(describeTree(root)), root: fs.readFileSync.bind(fs) };
  });
}

const nothing = () => {};

test('paths that lead out are refused, those that only begin like that are taken as relative', async (t) => {
  for (const path of ['../x', 'a/../../x', '/../x', 'a/..']) {
    const { result, seen } = await unpacked(nothing, member({ path }));
    t.is(result, `failed to unpack "${path}": its path leads out of the directory`);
    t.deepEqual(seen, []);
  }
  t.deepEqual((await unpacked(nothing, member({ path: '/./a//b/' }))).seen, ['a', 'a/b']);
  const link = member({ path: 'a', type: 'link', linkPath: '../../etc/passwd' });
  t.is(
    (await unpacked(nothing, link)).result,
    'failed to unpack "a": its target "../../etc/passwd" leads out of the directory',
  );
});

test('directories and other files do not take the place of each other', async (t) => {
  const isDirectory = (root: string) => fs.mkdirSync(join(root, 'a'));
  const isFile = (root: string) => fs.writeFileSync(join(root, 'a'), '');
  const file = await unpacked(isDirectory, member({ path: 'a' }));
  t.is(file.result, 'failed to unpack "a": a directory stands in the way of something else');
  const directory = await unpacked(isFile, member({ path: 'a', type: 'directory' }));
  t.is(directory.result, 'failed to unpack "a": something else than a directory stands in the way of one');
  t.is(
    (await unpacked(isFile, member({ path: 'a/b' }))).result,
    'failed to unpack "a/b": ENOTDIR not a directory',
  );
  t.is(
    (await unpacked(nothing, member({ path: '.' }))).result,
    'failed to unpack ".": it would take the place of the directory',
  );
  const link = member({ path: 'b', type: 'link', linkPath: './' });
  t.is((await unpacked(nothing, link)).result, 'failed to unpack "b": it is another name of a directory');
  const missing = member({ path: 'b', type: 'link', linkPath: 'missing' });
  t.is((await unpacked(nothing, missing)).result, 'failed to unpack "b": ENOENT no such file or directory');
});

test('a link is replaced and never written through', async (t) => {
  await inDirectory(async (directory) => {
    const [root, outside] = [join(directory, 'root'), join(directory, 'outside')];
    fs.mkdirSync(root);
    fs.writeFileSync(outside, 'untouched');
    fs.symlinkSync(outside, join(root, 'a'));
    await holding(root, (fd) => unpackTree(kernel, fd, [member({ path: 'a' }, 'new')]));
    t.is(fs.readFileSync(outside, 'utf8'), 'untouched');
    t.is(fs.readFileSync(join(root, 'a'), 'utf8'), 'new');
    t.false(fs.lstatSync(join(root, 'a')).isSymbolicLink());
  });
});

test('a link that is replaced is no longer a way for later entries', async (t) => {
  const before = (root: string) => {
    fs.mkdirSync(join(root, 'real'));
    fs.symlinkSync('real', join(root, 'a'));
  };
  const { result, seen } = await unpacked(
    before,
    member({ path: 'a/x' }),
    member({ path: 'a' }),
    member({ path: 'a/y' }),
  );
  t.is(result, 'failed to unpack "a/y": ENOTDIR not a directory');
  t.deepEqual(seen, ['a', 'real', 'real/x']);
});

test('without the right to keep privileges there are none', async (t) => {
  await inDirectory(async (root) => {
    const members = [
      member({ path: 'd', type: 'directory', mode: 0o7755 }),
      member({ path: 'd/f', mode: 0o6755 }),
      member({ path: 'd/p', type: 'fifo', mode: 0o6622 }),
    ];
    const result = await holding(root, (fd) => unpackTree(kernel, fd, members));
    t.deepEqual(result, { files: 3, bytes: 0 });
    const modes = ['d', 'd/f', 'd/p'].map((name) =>
      (fs.statSync(join(root, name)).mode & 0o7777).toString(8),
    );
    t.deepEqual(modes, ['1755', '755', '622']);
  });
});

test('a hollow place is packed without what is in it', async (t) => {
  await inDirectory(async (root) => {
    fs.mkdirSync(join(root, 'proc/inner'), { recursive: true });
    fs.writeFileSync(join(root, 'mounted'), 'secret', { mode: 0o600 });
    const isHollow = (path: string) => path === 'proc' || path === 'mounted';
    const seen: unknown[] = [];
    await holding(root, async (fd) => {
      for await (const { entry } of pack(fd, { isHollow, name: 'top' }))
        seen.push([entry.path, entry.sizeBytes, entry.mode]);
    });
    const [top] = seen.splice(0, 1) as [unknown[]];
    t.is(top[0], 'top');
    t.deepEqual(seen, [
      ['top/mounted', 0, 0o644],
      ['top/proc', 0, 0o755],
    ]);
  });
});

test('an abort ends it, and leaves no half file', async (t) => {
  await inDirectory(async (root) => {
    const abort = new AbortController();
    async function* content() {
      yield Buffer.alloc(10);
      abort.abort(new Error('enough'));
      yield Buffer.alloc(10);
    }
    const endless = { ...member({ path: 'a', sizeBytes: 20 }), content: content() };
    const act = holding(root, (fd) => unpackTree(kernel, fd, [endless], { signal: abort.signal }));
    await t.throwsAsync(act, { message: 'enough' });
    t.deepEqual(fs.readdirSync(root), []);
    const packing = holding(root, async (fd) => {
      for await (const _ of pack(fd, { signal: abort.signal }));
    });
    await t.throwsAsync(packing, { message: 'enough' });
  });
});
