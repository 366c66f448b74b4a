import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import test from 'ava';
import { isAlive, openStateStore, readBootId, readOwnIdentity, readProcessStartTime } from '../src/index.js';
import { realLocks } from './fake-locks.js';
import { makeDirectory, makeStore, validateThing } from './store-fixture.js';

const DEAD = { pid: 0x7fffffff, startTime: 1, bootId: readBootId() };

function addEntry(directory: string, id: string, maker: object, name?: string): void {
  fs.symlinkSync(JSON.stringify({ name, maker, startedMs: 123 }), `${directory}/journal/${id}`);
}

function listFiles(directory: string): string[] {
  return (
    fs
      .readdirSync(directory, { recursive: true })
      .map(String)
      // A directory is listed by way of the name that links to it too.
      .filter((path) => path.includes('/') && !/^names\/.*\//.test(path))
      .sort()
  );
}

test('nothing to do', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  store.reserve({ id: 'alive' });
  t.deepEqual(
    store.sweep(() => t.fail() as never),
    { removed: [], failures: [] },
  );
  t.false(fs.existsSync(`${directory}/sweep.lock`));
});

test('a maker that died at each point of the way', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  addEntry(directory, 'entry-only', DEAD, 'n1');
  addEntry(directory, 'with-directory', DEAD, 'n2');
  fs.mkdirSync(`${directory}/containers/with-directory`);
  store.reserve({ id: 'with-record', name: 'n3' }).commit({ text: 'x' });
  addEntry(directory, 'with-record', DEAD, 'n3');
  store.reserve({ id: 'kept', name: 'n4' }).commit({ text: 'x' });
  addEntry(directory, 'kept', DEAD, 'n4');
  fs.writeFileSync(`${directory}/journal/foreign`, 'who knows');
  fs.symlinkSync('{"maker":', `${directory}/journal/cut`);

  const seen = new Map<string, unknown>();
  const { removed, failures } = store.sweep((entry) => {
    seen.set(entry.id, [entry.name, entry.startedMs, entry.stored?.record, entry.directory]);
    return entry.id === 'kept' ? 'keep' : 'remove';
  });
  t.deepEqual(failures, []);
  t.deepEqual([...removed].sort(), ['cut', 'entry-only', 'foreign', 'with-directory', 'with-record']);
  const at = (id: string) => `${directory}/containers/${id}`;
  t.deepEqual(seen.get('entry-only'), ['n1', 123, undefined, at('entry-only')]);
  t.deepEqual(seen.get('with-directory'), ['n2', 123, undefined, at('with-directory')]);
  t.deepEqual(seen.get('with-record'), ['n3', 123, { text: 'x' }, at('with-record')]);
  t.deepEqual(seen.get('foreign'), [undefined, 0, undefined, at('foreign')]);
  t.deepEqual(listFiles(directory), [
    'containers/kept',
    'containers/kept/lock',
    'containers/kept/record.json',
    'names/n4',
  ]);
  t.is(store.resolve('n4'), 'kept');
});

test('what the callback leaves is as it was, and handed over again', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  store.reserve({ id: 'a', name: 'web' }).commit({ text: 'x' });
  addEntry(directory, 'a', DEAD, 'web');
  t.deepEqual(
    store.sweep(() => 'leave'),
    { removed: [], failures: [] },
  );
  t.is(store.read('a').record.text, 'x');
  t.is(fs.readdirSync(`${directory}/journal`).length, 1);
  t.deepEqual(store.sweep(() => 'keep').removed, []);
  t.deepEqual(fs.readdirSync(`${directory}/journal`), []);
  t.is(store.resolve('web'), 'a');
});

test('a failure of the callback keeps the entry for the next time', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  addEntry(directory, 'a', DEAD);
  addEntry(directory, 'b', DEAD);
  const first = store.sweep(({ id }) => {
    if (id === 'a') throw new Error('its cgroup is busy');
    return 'remove';
  });
  t.deepEqual(first.removed, ['b']);
  t.deepEqual(
    first.failures.map(({ message }) => message),
    ['failed to sweep container "a": its cgroup is busy'],
  );
  t.deepEqual(store.sweep(() => 'remove').removed, ['a']);
});

test('a dead maker whose lock another holds is left alone', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  store.reserve({ id: 'a' }).commit({ text: '' });
  addEntry(directory, 'a', DEAD);
  const lock = store.lock('a');
  t.deepEqual(store.sweep(() => 'remove').removed, []);
  lock.release();
  t.deepEqual(store.sweep(() => 'remove').removed, ['a']);
});

test('a removal that was cut short is finished', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  store.reserve({ id: 'a', name: 'web' }).commit({ text: '' });
  store.reserve({ id: 'b', name: 'other' }).commit({ text: '' });
  fs.renameSync(`${directory}/containers/a`, `${directory}/trash/a.1-1`);
  store.sweep(() => 'remove');
  t.deepEqual(listFiles(directory), [
    'containers/b',
    'containers/b/lock',
    'containers/b/record.json',
    'names/other',
  ]);
});

test('a process is itself by number and start', async (t) => {
  const own = readOwnIdentity();
  t.is(own.pid, process.pid);
  t.true(isAlive(own));
  t.false(isAlive({ ...own, startTime: own.startTime - 1 }));
  t.false(isAlive({ ...own, bootId: 'another' }));
  t.is(readProcessStartTime(0x7fffffff), undefined);
  t.is(readProcessStartTime(-1), undefined);
  // A command with spaces and parentheses in its name does not confuse the fields.
  const directory = makeDirectory(t);
  fs.mkdirSync(directory);
  fs.copyFileSync('/bin/sleep', `${directory}/a) S 1 (b`);
  const child = spawn(`${directory}/a) S 1 (b`, ['1000']);
  const startTime = readProcessStartTime(child.pid!)!;
  t.true(startTime >= own.startTime);
  t.true(isAlive({ pid: child.pid!, startTime }));
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.false(isAlive({ pid: child.pid!, startTime }));
});

test('a zombie is not alive', async (t) => {
  // The shell's child ends when it is told to, and the sleep that the shell has become by then never waits for it.
  const parent = spawn('sh', ['-c', 'read _ <&3 & echo $!; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  t.teardown(() => parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
  const pid = Number(line.toString());
  const waitUntil = async (file: string, pattern: RegExp) => {
    while (!pattern.test(fs.readFileSync(file, 'utf8')))
      await new Promise((resolve) => setTimeout(resolve, 2));
  };
  await waitUntil(`/proc/${parent.pid}/comm`, /^sleep$/m);
  parent.stdio[3]!.destroy();
  await waitUntil(`/proc/${pid}/status`, /^State:\s+Z/m);
  t.false(isAlive({ pid, startTime: readProcessStartTime(pid)! }));
});

test('a lock goes with the process that holds it', (t) => {
  const directory = makeDirectory(t);
  const store = openStateStore({ directory, kernel: realLocks, validate: validateThing, isDurable: false });
  store.reserve({ id: 'a' }).commit({ text: '' });
  const script = `flock -n 9 && echo locked`;
  const run = () =>
    spawnSync('sh', ['-c', `exec 9>${store.directoryOf('a')}/lock; ${script}`], { encoding: 'utf8' }).stdout;
  const lock = store.lock('a');
  t.is(run(), '');
  lock.release();
  t.is(run(), 'locked\n');
  t.notThrows(() => store.lock('a', { timeoutMs: 0 }).release());
});

test('a container that is put back into the journal is looked at when its new maker is dead', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  store.reserve({ id: 'fresh', name: 'n1' }).commit({ text: 'x' });
  store.reserve({ id: 'ended', name: 'n2' }).commit({ text: 'x' });
  addEntry(directory, 'ended', DEAD, 'n2');
  store.reopen('fresh');
  // Its maker is dead, and we are not: it is ours now.
  store.reopen('ended');
  t.deepEqual(
    store.sweep(() => t.fail() as never),
    { removed: [], failures: [] },
  );
  t.deepEqual(fs.readdirSync(`${directory}/trash`), []);
  const { name, maker } = JSON.parse(fs.readlinkSync(`${directory}/journal/ended`));
  t.is(name, 'n2');
  t.is(maker.pid, process.pid);
  t.throws(() => store.reopen('gone'), { message: 'failed to read container "gone": no such container' });
});
