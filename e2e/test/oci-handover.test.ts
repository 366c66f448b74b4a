import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { atTerminal, whyNoTerminal } from '../support/at-terminal.js';
import { makeBundle } from '../support/bundle.js';
import { freshId, oci, ociToFile, ociWords, stateOf } from '../support/oci.js';
import { Receiver, whyNoReceiver } from '../support/receiver.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor, waitUntil } from '../support/wait.js';

const reason = whyNoReceiver();

testUnless(reason, 'oci.console', 'create sends the terminal to whoever waits for it', async (t) => {
  const before = takeSnapshot();
  const id = freshId();
  const bundle = makeBundle({
    args: ['sh', '-c', 'tty; stty size; ls -l /dev/console | cut -c1; read word; echo "got $word"; exit 5'],
    process: { terminal: true, consoleSize: { height: 33, width: 111 } },
  });
  const receiver = await Receiver.listen('terminal');
  const created = await ociToFile(['create', '--bundle', bundle, '--console-socket', receiver.socket, id]);
  t.deepEqual([created.exitCode, created.read()], [0, '']);
  // It is sent before create returns: one byte, one descriptor.
  t.regex(await waitFor('the terminal', () => receiver.output), /^1 1 111 33\n$/);
  t.is((await oci(['start', id])).exitCode, 0);
  await waitFor('the question', () => receiver.output.includes('\r\nc\r\n'));
  receiver.type('word\n');
  t.is((await receiver.finish()).replaceAll('\r', ''), '1 1 111 33\n/dev/pts/0\n33 111\nc\nword\ngot word\n');
  await waitUntil('the end', async () => (await stateOf(id))?.status === 'stopped');
  t.is((await oci(['delete', id])).exitCode, 0);
  t.deepEqual(await differenceSince(before), NOTHING);
});

testUnless(reason, 'oci.console', 'exec does so too, detached or not', async (t) => {
  const id = freshId();
  t.is((await ociToFile(['run', '-d', '--bundle', makeBundle({ args: ['sleep', '100'] }), id])).exitCode, 0);
  for (const detach of [['--detach'], []]) {
    const receiver = await Receiver.listen('terminal');
    const words = [
      'exec',
      '--tty',
      ...detach,
      '--console-socket',
      receiver.socket,
      id,
      'sh',
      '-c',
      'tty; exit 5',
    ];
    t.is((await oci(words, { stdio: 'ignore' })).exitCode, detach.length === 1 ? 0 : 5);
    t.is((await receiver.finish()).replaceAll('\r', ''), '1 1 0 0\n/dev/pts/0\n');
  }
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
});

test('a console socket is there if, and only if, there is a terminal', async (t) => {
  const before = takeSnapshot();
  const [withTerminal, without] = [makeBundle({ process: { terminal: true } }), makeBundle()];
  const cases = [
    [
      withTerminal,
      [],
      'failed to open a terminal (process.terminal): there is no --console-socket to send it to',
    ],
    [without, ['/x'], 'failed to use the console socket "/x": process.terminal is not set'],
    [withTerminal, ['/x'], 'failed to connect to the console socket "/x": ENOENT no such file or directory'],
    [
      withTerminal,
      ['/etc/passwd'],
      'failed to connect to the console socket "/etc/passwd": it is not a socket',
    ],
  ] as const;
  for (const [bundle, socket, message] of cases) {
    const flags = socket.flatMap((path) => ['--console-socket', path]);
    const { exitCode, stderr } = await oci(['create', '--bundle', bundle, ...flags, freshId()]);
    t.deepEqual([exitCode, stderr], [1, `${message}\n`]);
  }
  t.deepEqual(await differenceSince(before), NOTHING);
});

const FILTER = {
  defaultAction: 'SCMP_ACT_ALLOW',
  listenerMetadata: 'anything',
  syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_NOTIFY' }],
} as const;

testUnless(
  reason,
  'oci.listener',
  'calls are left to the listener of the filter, in run and exec',
  async (t) => {
    const id = freshId();
    const receiver = await Receiver.listen('calls', '28');
    const bundle = makeBundle({
      args: ['sh', '-c', 'mkdir /tmp/x 2>/dev/null || echo refused; exec sleep 100'],
      linux: { seccomp: { ...FILTER, listenerPath: receiver.socket } },
      spec: { annotations: { key: 'value' } },
    });
    const created = await ociToFile(['create', '--bundle', bundle, id]);
    t.deepEqual([created.exitCode, created.read()], [0, '']);
    const { pid } = (await stateOf(id))!;
    const started = await oci(['start', id]);
    t.deepEqual([started.exitCode, started.stderr], [0, '']);
    const [document = ''] = (await receiver.finish()).split('\n');
    t.deepEqual(JSON.parse(document), {
      ociVersion: '1.0.2',
      fds: ['seccompFd'],
      pid,
      metadata: 'anything',
      state: { ociVersion: '1.0.2', id, status: 'creating', pid, bundle, annotations: { key: 'value' } },
    });
    await waitFor('the answer', () => created.read() === 'refused\n');
    t.is((await oci(['delete', '--force', id])).exitCode, 0);
  },
);

/** On either side of it may stand how script(1) tells the end of what is typed. */
const REFUSED = /^(\^@)?refused$/m;

testUnless(
  reason ?? whyNoTerminal(),
  'oci.listener-terminal',
  'so are those of a process at our terminal, in run and exec',
  async (t) => {
    const before = takeSnapshot();
    const id = freshId();
    const args = ['sh', '-c', 'mkdir /tmp/x 2>/dev/null || echo refused'];
    const first = await Receiver.listen('calls', '28');
    const linux = { seccomp: { ...FILTER, listenerPath: first.socket } };
    const shown = makeBundle({ args, linux, process: { terminal: true } });
    const ran = await atTerminal(ociWords(['run', '--bundle', shown, id]), '');
    t.is(ran.exitCode, 0);
    t.regex(ran.shown, REFUSED);
    const [document = ''] = (await first.finish()).split('\n');
    const { pid, state } = JSON.parse(document) as { pid: number; state: object };
    t.deepEqual(state, { ociVersion: '1.0.2', id, status: 'creating', pid, bundle: shown });

    const second = await Receiver.listen('calls', '28');
    renameSync(second.socket, first.socket);
    const beside = makeBundle({ args: ['sh', '-c', `${args[2]}; exec sleep 100`], linux });
    t.is((await ociToFile(['create', '--bundle', beside, id])).exitCode, 0);
    t.is((await oci(['start', id])).exitCode, 0);
    await second.finish();
    const third = await Receiver.listen('calls', '28');
    renameSync(third.socket, first.socket);
    const entered = await atTerminal(ociWords(['exec', '--tty', id, ...args]), '');
    t.is(entered.exitCode, 0);
    t.regex(entered.shown, REFUSED);
    await third.finish();
    t.is((await oci(['delete', '--force', id])).exitCode, 0);
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);

test('a listener that is not there ends the start, and is named', async (t) => {
  const before = takeSnapshot();
  const id = freshId();
  const bundle = makeBundle({ linux: { seccomp: { ...FILTER, listenerPath: '/no/socket' } } });
  const { exitCode, stderr } = await oci(['create', '--bundle', bundle, id]);
  t.is(exitCode, 1);
  t.is(
    stderr,
    'failed to connect to the seccomp listener "/no/socket" (linux.seccomp.listenerPath): ENOENT no such file or directory\n',
  );
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a command whose listener nobody takes any more does not run, in start and exec', async (t) => {
  const before = takeSnapshot();
  const id = freshId();
  const socket = join(freshDirectory('gone'), 'socket');
  const server = createServer((client) => client.resume()).listen(socket);
  await once(server, 'listening');
  const args = ['sh', '-c', 'echo ran; exec sleep 100'];
  const bundle = makeBundle({ args, linux: { seccomp: { ...FILTER, listenerPath: socket } } });
  t.is((await ociToFile(['create', '--bundle', bundle, id])).exitCode, 0);
  // One that nobody listens at, but that is there.
  const away = join(freshDirectory('away'), 'socket');
  renameSync(socket, away);
  const message = `failed to send the seccomp listener to "${socket}" (linux.seccomp.listenerPath): failed to connect to "${socket}": ENOENT no such file or directory\n`;
  const started = await oci(['start', id]);
  t.deepEqual([started.exitCode, started.stdout, started.stderr], [1, '', message]);
  await waitUntil('the end of it', async () => (await stateOf(id))?.status === 'stopped');
  t.is((await oci(['delete', id])).exitCode, 0);

  renameSync(away, socket);
  const created = await ociToFile(['create', '--bundle', bundle, id]);
  t.deepEqual([created.exitCode, (await oci(['start', id])).exitCode], [0, 0]);
  await waitFor('its output', () => created.read() === 'ran\n');
  renameSync(socket, away);
  const entered = await oci(['exec', id, 'echo', 'ran']);
  t.deepEqual([entered.exitCode, entered.stdout, entered.stderr], [255, '', message]);
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
  server.close();
  t.deepEqual(await differenceSince(before), NOTHING);
});

/** Runs `mini-oci` with more descriptors open, from 3 on. */
async function ociWith(fds: readonly number[], ...words: readonly string[]) {
  const [file, ...rest] = ociWords(words);
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe', ...fds] });
  const ended = once(child, 'close') as Promise<[exitCode: number]>;
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout!), text(child.stderr!), ended]);
  return { exitCode, stdout, stderr };
}

test('descriptors that are to be preserved are, and no others', async (t) => {
  const directory = freshDirectory('fds');
  const fds = ['a', 'b', 'c'].map((name) => {
    const path = join(directory, name);
    writeFileSync(path, `${name}\n`);
    return openSync(path, 'r');
  });
  const list = 'cat <&3; cat <&4; ls /proc/self/fd | wc -l';
  const bundle = makeBundle({ args: ['sh', '-c', list] });
  // Three of stdio, two preserved, and that of the directory that ls reads.
  t.like(await ociWith(fds, 'run', '--preserve-fds', '2', '--bundle', bundle, freshId()), {
    exitCode: 0,
    stdout: 'a\nb\n6\n',
    stderr: '',
  });
  t.like(await ociWith(fds, 'run', '--preserve-fds=4', '--bundle', bundle, freshId()), {
    exitCode: 1,
    stderr: 'failed to preserve 4 descriptors: 6 is not open\n',
  });
  const id = freshId();
  t.is((await ociToFile(['run', '-d', '--bundle', makeBundle({ args: ['sleep', '100'] }), id])).exitCode, 0);
  t.like(await ociWith(fds, 'exec', '--preserve-fds', '1', id, 'cat', '/proc/self/fd/3'), {
    exitCode: 0,
    stdout: 'a\n',
  });
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
  fds.forEach(closeSync);
});

test('without pivot_root(2) the root is the same, and nothing of the host is seen', async (t) => {
  const before = takeSnapshot();
  const bundle = makeBundle({
    args: ['sh', '-c', 'ls /; hostname; cut -d" " -f5 /proc/self/mountinfo | head -n 1'],
  });
  const usual = await oci(['run', '--bundle', bundle, freshId()]);
  const other = await oci(['run', '--no-pivot', '--bundle', bundle, freshId()]);
  t.is(other.exitCode, 0);
  t.is(other.stdout, usual.stdout);
  t.deepEqual(await differenceSince(before), NOTHING);
});
