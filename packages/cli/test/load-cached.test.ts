import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire, Module } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Loaded, loadCached } from '../src/load-cached.js';

interface Place {
  readonly directory: string;
  readonly path: string;
  load(hash?: string, directory?: string): Loaded;
}

/** A directory with a program in it, and an empty one for the cache. */
function prepare(t: ExecutionContext, source: string): Place {
  const root = mkdtempSync(join(tmpdir(), 'mini-load-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const path = join(root, 'program.cjs');
  writeFileSync(path, source);
  writeFileSync(join(root, 'other.cjs'), "module.exports = require('./program.cjs');");
  const module = new Module(join(root, 'start.cjs'));
  module.filename = module.id;
  module.path = root;
  const require = createRequire(module.id);
  const cache = join(root, 'cache/mini');
  const load = (hash = 'h1', directory = cache) => loadCached({ path, hash, directory, module, require });
  return { directory: cache, path, load };
}

const program = `
  function late() { return 'late'; }
  exports.late = late;
  exports.self = module.filename + ' ' + __filename + ' ' + __dirname;
  exports.again = () => require('./other.cjs');`;

test('a file is loaded like any other', (t) => {
  const { path, load } = prepare(t, program);
  const { exports } = load() as { exports: { self: string; again: () => unknown; late: () => string } };
  const directory = path.slice(0, path.lastIndexOf('/'));
  t.is(exports.self, `${path} ${path} ${directory}`);
  t.is(exports.again(), exports, 'who requires it gets the same one');
  t.is(exports.late(), 'late');
});

test('nothing is kept until save is called; then one file, for us alone', (t) => {
  const { directory, load } = prepare(t, program);
  const { save } = load();
  t.throws(() => readdirSync(directory), { code: 'ENOENT' });
  save();
  t.deepEqual(readdirSync(directory), [`${process.version}-${process.arch}-h1.code`]);
  t.is(statSync(join(directory, readdirSync(directory)[0]!)).mode & 0o777, 0o600);
});

test('what came out of the cache is not saved again', (t) => {
  const { directory, load } = prepare(t, program);
  load().save();
  const file = join(directory, readdirSync(directory)[0]!);
  utimesSync(file, 1, Date.now() / 1000 - 60);
  const { mtimeMs } = statSync(file);
  const { exports, save } = load();
  t.is((exports as { late: () => string }).late(), 'late');
  save();
  t.is(statSync(file).mtimeMs, mtimeMs);
});

/** What a crash or a stranger may leave in place of a cache file. */
const damages: Readonly<Record<string, (good: Buffer) => Buffer>> = {
  empty: () => Buffer.alloc(0),
  zeros: (good) => Buffer.alloc(good.length),
  cut: (good) => good.subarray(0, 40),
  nonsense: () => Buffer.from('nonsense'),
};
for (const [name, damage] of Object.entries(damages)) {
  test(`a cache file that is damaged is written anew: ${name}`, (t) => {
    // V8 remembers what this process has compiled and then looks at no cache: each load has a text of its own.
    const { directory, path, load } = prepare(t, `${program} // ${name} 1`);
    load().save();
    const file = join(directory, readdirSync(directory)[0]!);
    writeFileSync(file, damage(readFileSync(file)));
    writeFileSync(path, `${program} // ${name} 2`);
    const { exports, save } = load();
    t.is((exports as { late: () => string }).late(), 'late');
    save();
    t.true(readFileSync(file).length > 100);
  });
}

test('other contents have another file', (t) => {
  const { directory, path, load } = prepare(t, program);
  load().save();
  writeFileSync(path, program.replace("'late'", "'LATE'"));
  const { exports, save } = load('h2');
  t.is((exports as { late: () => string }).late(), 'LATE');
  save();
  t.is(readdirSync(directory).length, 2);
});

test('a directory that others can write to is neither read nor written', (t) => {
  const { directory, load } = prepare(t, program);
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o777);
  load().save();
  t.deepEqual(readdirSync(directory), []);
});

test('without a directory there is no cache', (t) => {
  const { directory, path } = prepare(t, program);
  const module = new Module(path);
  const { save } = loadCached({
    path,
    hash: 'h',
    directory: undefined,
    module,
    require: createRequire(path),
  });
  save();
  t.throws(() => readdirSync(directory), { code: 'ENOENT' });
});

test('what nobody has used for a month is removed, other files are left alone', (t) => {
  const { directory, load } = prepare(t, program);
  load().save();
  const monthAgo = Date.now() / 1000 - 31 * 24 * 3600;
  for (const name of ['v1.2.3-x64-old.code', 'v1.2.3-x64-young.code', 'notes']) {
    writeFileSync(join(directory, name), '');
    if (!name.includes('young')) utimesSync(join(directory, name), monthAgo, monthAgo);
  }
  load('h2').save();
  const start = `${process.version}-${process.arch}`;
  t.deepEqual(
    readdirSync(directory).toSorted(),
    ['notes', 'v1.2.3-x64-young.code', `${start}-h1.code`, `${start}-h2.code`].toSorted(),
  );
});
