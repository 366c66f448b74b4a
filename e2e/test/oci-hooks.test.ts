import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { atTerminal, whyNoTerminal } from '../support/at-terminal.js';
import { makeBundle } from '../support/bundle.js';
import { freshId, oci, ociToFile, ociWords, stateOf } from '../support/oci.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitUntil } from '../support/wait.js';

/** A program of the host's that notes when it ran: its arguments, and what it found on stdin. */
function makeHook(directory: string, name: string, ending = ''): { path: string; args: string[] } {
  const path = join(directory, `hook-${name}`);
  writeFileSync(
    path,
    `#!/bin/sh\n{ printf '%s %s ' ${name} "$1"; cat; echo; } >> ${directory}/log\n${ending}\n`,
  );
  chmodSync(path, 0o755);
  return { path, args: [path, 'word'] };
}

test('hooks of all kinds run in their order, with the state on stdin', async (t) => {
  const directory = freshDirectory('hooks');
  const id = freshId();
  const names = ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'];
  const hooks = Object.fromEntries(names.map((name) => [name, [makeHook(directory, name)]]));
  const bundle = makeBundle({
    args: ['sh', '-c', 'echo ran'],
    spec: { hooks, annotations: { key: 'value' } },
    // startContainer runs in the container, where the directory and a shell have to be seen.
    root: '/',
  });
  const created = await ociToFile(['create', '--bundle', bundle, id]);
  t.deepEqual([created.exitCode, created.read()], [0, '']);
  const pid = (await stateOf(id))!.pid;
  const readLog = () =>
    readFileSync(join(directory, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => [line.split(' ', 2).join(' '), JSON.parse(line.split(' ').slice(2).join(' '))]);
  const state = { ociVersion: '1.0.2', id, pid, bundle, annotations: { key: 'value' } };
  const creating = { ...state, status: 'creating' };
  const afterCreate = [
    ['prestart word', creating],
    ['createRuntime word', creating],
    ['createContainer word', creating],
  ];
  t.deepEqual(readLog(), afterCreate);
  t.is((await oci(['start', id])).exitCode, 0);
  const afterStart = [
    ...afterCreate,
    ['startContainer word', { ...state, status: 'created' }],
    ['poststart word', { ...state, status: 'running' }],
  ];
  t.deepEqual(readLog(), afterStart);
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
  t.deepEqual(readLog(), [...afterStart, ['poststop word', { ...state, pid: 0, status: 'stopped' }]]);
});

test('a hook that names no environment has that of the caller, after the root is changed that of the process', async (t) => {
  const directory = freshDirectory('hooks');
  const log = join(directory, 'log');
  const path = join(directory, 'hook');
  writeFileSync(path, `#!/bin/sh\ncat > /dev/null\necho "$1 $FROM_CALLER $FROM_SPEC $HOME" >> ${log}\n`);
  chmodSync(path, 0o755);
  const names = ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'];
  const hooksWith = (more: object) =>
    Object.fromEntries(names.map((name) => [name, [{ path, args: [path, name], ...more }]]));
  const run = async (hooks: object) => {
    const env = ['PATH=/bin', 'FROM_SPEC=spec', 'HOME=/inside'];
    const bundle = makeBundle({ root: '/', process: { env }, spec: { hooks } });
    const caller = { FROM_CALLER: 'caller', HOME: '/outside' };
    t.is((await oci(['run', '--bundle', bundle, freshId()], { env: caller })).exitCode, 0);
    const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
    writeFileSync(log, '');
    return lines;
  };
  const inherited = (name: string) =>
    name === 'startContainer' ? `${name}  spec /inside` : `${name} caller  /outside`;
  t.deepEqual(await run(hooksWith({})), names.map(inherited));
  t.deepEqual(
    await run(hooksWith({ env: [] })),
    names.map((name) => `${name}   `),
  );
});

/** A hook that fails, and one after it, with a last one; `readLog` gives the names of those that have run. */
function makeFailing(kind: string, ociVersion: string, terminal = false) {
  const directory = freshDirectory('hooks');
  const hooks = {
    [kind]: [makeHook(directory, 'failing', 'exit 3'), makeHook(directory, 'next')],
    poststop: [makeHook(directory, 'poststop')],
  };
  const bundle = makeBundle({ args: ['sleep', '1000'], process: { terminal }, spec: { ociVersion, hooks } });
  const readLog = () =>
    readFileSync(join(directory, 'log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ', 1)[0]);
  const failure = `failed to run the hook "${directory}/hook-failing" (hooks.${kind}[0]): exit status 3\n`;
  return { bundle, readLog, failure };
}

for (const kind of ['prestart', 'createRuntime', 'createContainer']) {
  test(`poststop hooks run after ${kind} hooks that failed`, async (t) => {
    const { bundle, readLog } = makeFailing(kind, '1.0.2');
    t.is((await oci(['create', '--bundle', bundle, freshId()])).exitCode, 1);
    t.deepEqual(readLog(), ['failing', 'poststop']);
  });
}

test('a poststart hook that fails is told of by start, and the container goes on, as before 1.3', async (t) => {
  const { bundle, readLog, failure } = makeFailing('poststart', '1.2.1');
  const id = freshId();
  t.is((await ociToFile(['create', '--bundle', bundle, id])).exitCode, 0);
  t.like(await oci(['start', id]), { exitCode: 0, stderr: failure });
  t.is((await stateOf(id))?.status, 'running');
  t.deepEqual(readLog(), ['failing', 'next']);
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
  t.deepEqual(readLog(), ['failing', 'next', 'poststop']);
});

test('a poststart hook that fails ends the container since 1.3', async (t) => {
  const { bundle, readLog, failure } = makeFailing('poststart', '1.3.0');
  const id = freshId();
  t.is((await ociToFile(['create', '--bundle', bundle, id])).exitCode, 0);
  t.like(await oci(['start', id]), { exitCode: 1, stderr: failure });
  await waitUntil('its end', async () => (await stateOf(id))?.status === 'stopped');
  t.is((await oci(['delete', id])).exitCode, 0);
  t.deepEqual(readLog(), ['failing', 'poststop']);
});

test('run fails with its poststart hook and leaves nothing', async (t) => {
  const before = takeSnapshot();
  const { bundle, readLog, failure } = makeFailing('poststart', '1.0.2');
  t.like(await oci(['run', '--bundle', bundle, freshId()]), { exitCode: 1, stderr: failure });
  t.deepEqual(readLog(), ['failing', 'poststop']);
  t.deepEqual(await differenceSince(before), NOTHING);
});

testUnless(
  whyNoTerminal(),
  'oci.hooks-terminal',
  'run at a terminal fails with its poststart hook too',
  async (t) => {
    const before = takeSnapshot();
    const { bundle, readLog, failure } = makeFailing('poststart', '1.0.2', true);
    const words = ociWords(['run', '--bundle', bundle, freshId()]);
    const { exitCode, shown } = await atTerminal(words, '\n');
    // Above it stands what was typed, once or, where the container echoes it too, twice.
    t.deepEqual([exitCode, shown.trim()], [1, failure.trimEnd()]);
    t.deepEqual(readLog(), ['failing', 'poststop']);
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);

test('a hook that fails, or does not end, ends the container', async (t) => {
  const before = takeSnapshot();
  const directory = freshDirectory('hooks');
  const cases: [name: string, hook: { path: string; timeout?: number }, reason: RegExp][] = [
    ['prestart', makeHook(directory, 'a', 'echo why >&2; exit 3'), /: exit status 3, stderr: why\n$/],
    [
      'createRuntime',
      { ...makeHook(directory, 'b', 'sleep 60'), timeout: 1 },
      /: it did not end within 1 s\n$/,
    ],
    ['createRuntime', { path: '/no/hook' }, /: ENOENT no such file or directory\n$/],
    ['createContainer', makeHook(directory, 'c', 'exit 3'), /: it did not end with 0\n$/],
    [
      'createContainer',
      { ...makeHook(directory, 'd', 'sleep 60'), timeout: 1 },
      /: it did not end within 1 s\n$/,
    ],
    ['createContainer', { path: '/no/hook' }, /: ENOENT no such file or directory\n$/],
  ];
  for (const [name, hook, reason] of cases) {
    const bundle = makeBundle({ spec: { hooks: { [name]: [hook] } } });
    const { exitCode, stderr } = await oci(['create', '--bundle', bundle, freshId()]);
    t.is(exitCode, 1);
    t.true(stderr.startsWith(`failed to run the hook "${hook.path}" (hooks.${name}[0])`), stderr);
    t.regex(stderr, reason);
  }
  t.deepEqual(await differenceSince(before), NOTHING);
});
