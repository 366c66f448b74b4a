import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { openStateStore, type StateStore } from '../src/index.js';
import { makeFakeLocks, realLocks } from './fake-locks.js';
import { makeDirectory } from './store-fixture.js';

interface Numbered {
  readonly number: number;
  readonly padding: string;
}

const WORKER = fileURLToPath(new URL('fixtures/worker.js', import.meta.url));
const ROUNDS = 12;

function open(directory: string): StateStore<Numbered> {
  const validate = (value: unknown) => value as Numbered;
  return openStateStore({ directory, kernel: makeFakeLocks(), validate, isDurable: false });
}

async function start(what: string, directory: string, argument = ''): Promise<ChildProcess> {
  const child = spawn(process.execPath, [WORKER, what, directory, argument], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  return child;
}

async function killAfter(child: ChildProcess, delayMs: number): Promise<void> {
  await sleep(delayMs);
  child.kill('SIGKILL');
  await once(child, 'exit');
}

for (const kind of ['volatile', 'durable']) {
  test(`killed while it writes, ${kind}: the old record or the new one`, async (t) => {
    const directory = makeDirectory(t);
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = await start('rewrite', directory, kind);
      await killAfter(child, Math.random() * 30);
      const store = open(directory);
      const { record, name } = store.read('a');
      t.is(name, 'web');
      t.is(record.padding, String(record.number % 10).repeat(200_000));
      t.deepEqual(
        store.sweep(() => 'remove'),
        { removed: ['a'], failures: [] },
      );
      t.deepEqual(
        ['containers', 'names', 'journal', 'trash'].flatMap((part) => fs.readdirSync(`${directory}/${part}`)),
        [],
      );
    }
  });
}

test('killed while it makes, renames and removes: one sweep leaves nothing but what is whole', async (t) => {
  const directory = makeDirectory(t);
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = await start('churn', directory);
    await killAfter(child, Math.random() * 30);
    const store = open(directory);
    t.deepEqual(store.sweep(() => 'remove').failures, []);
    const { records, problems } = store.list();
    t.deepEqual(problems, []);
    t.true(records.length <= 1);
    for (const { id, name } of records) {
      t.is(store.resolve(name!), id);
      store.remove(id);
    }
    t.deepEqual(fs.readdirSync(`${directory}/containers`), []);
    t.deepEqual(fs.readdirSync(`${directory}/journal`), []);
    t.deepEqual(fs.readdirSync(`${directory}/trash`), []);
    // A name may be left of a renaming, but it does not stand in anybody's way.
    for (const name of fs.readdirSync(`${directory}/names`)) {
      t.throws(() => store.resolve(name), { code: 'state-missing' });
      const again = store.reserve({ name });
      again.cancel();
    }
  }
});

test('twenty ask for one name at once: one gets it, and nothing is left of the others', async (t) => {
  const directory = makeDirectory(t);
  open(directory);
  const children = await Promise.all(Array.from({ length: 20 }, () => start('claim', directory)));
  const answers = children.map(async (child) =>
    String(((await once(child.stdout!, 'data')) as [Buffer])[0]).trim(),
  );
  const exits = children.map((child) => once(child, 'exit'));
  for (const child of children) child.stdin!.write('go\n');
  const results = (await Promise.all(answers)).sort();
  await Promise.all(exits);
  t.deepEqual(results, [...Array.from({ length: 19 }, () => 'state-conflict'), 'won']);
  const store = openStateStore({
    directory,
    kernel: realLocks,
    validate: (value) => value,
    isDurable: false,
  });
  t.deepEqual(fs.readdirSync(`${directory}/journal`), []);
  t.deepEqual(fs.readdirSync(`${directory}/trash`), []);
  const { records, problems } = store.list();
  t.deepEqual(problems, []);
  t.is(records.length, 1);
  t.is(store.resolve('web'), records[0]!.id);
});
