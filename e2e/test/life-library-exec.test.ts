import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import {
  type ExecStreamOptions,
  events,
  exec,
  execStream,
  pauseContainer,
  type RunRequest,
  removeContainer,
  runDetached,
  unpauseContainer,
} from '@mini/cli';
import test, { type ExecutionContext } from 'ava';
import { freshName } from '../support/detached.js';
import { busyboxRoot, freshBusyboxRoot } from '../support/roots.js';

async function start(t: ExecutionContext, more: Partial<RunRequest> = {}) {
  const root = { kind: 'directory', path: busyboxRoot(), overlay: false } as const;
  const container = await runDetached({ root, command: ['sleep', '1000'], name: freshName(), ...more });
  t.teardown(() => removeContainer(container.id, { force: true }));
  return container;
}

async function listEvents(id: string) {
  const told = [];
  for await (const event of events({ filters: [['container', id]], follow: false })) told.push(event);
  return told;
}

const sh = (script: string) => ['sh', '-c', script];

test('a command has what it writes and how it ends as its result', async (t) => {
  const { name } = await start(t);
  t.deepEqual(await exec(name, sh('echo ü; echo no >&2; exit 4')), {
    stdout: 'ü\n',
    stderr: 'no\n',
    exitCode: 4,
    signal: null,
  });
  t.deepEqual(await exec(name, sh('kill -9 $$')), {
    stdout: '',
    stderr: '',
    exitCode: 137,
    signal: 'SIGKILL',
  });
  const { stdout } = await exec(name, ['printf', '\\377\\0'], { encoding: 'buffer' });
  t.deepEqual([...stdout], [0xff, 0]);
  t.is((await exec(name, ['cat'], { input: 'given' })).stdout, 'given');
  t.is((await exec(name, ['cat'])).stdout, '');
});

test("it has the container's environment, user, group and rights, and what is asked for on top", async (t) => {
  const { name } = await start(t, {
    env: ['FROM=run'],
    user: '7:8',
    workdir: '/tmp',
    resources: { pids: { limit: 77 } },
  });
  const see =
    'echo $FROM $MORE; id -u; id -g; pwd; grep -E "^(Seccomp|CapEff|NoNewPrivs):" /proc/self/status | tr -d "\\t"';
  const own = (await exec(name, sh(see))).stdout.split('\n');
  t.deepEqual(own.slice(0, 4), ['run', '7', '8', '/tmp']);
  t.deepEqual(own.slice(4, 7), ['CapEff:0000000000000000', 'NoNewPrivs:1', 'Seccomp:2']);
  const options: ExecStreamOptions = {
    env: ['MORE=exec', 'FROM=exec'],
    user: '0',
    workdir: '/',
    privileged: true,
  };
  const other = (await exec(name, sh(see), options)).stdout.split('\n');
  t.deepEqual(other.slice(0, 4), ['exec exec', '0', '0', '/']);
  t.deepEqual(other.slice(5, 7), ['NoNewPrivs:0', 'Seccomp:0']);
  t.not(other[4], 'CapEff:0000000000000000');
  const { stdout } = await exec(name, sh('cat /proc/1/cgroup; echo; cat /proc/self/cgroup'));
  const [first, self] = stdout.split('\n\n');
  t.is(self?.trim(), first?.trim());
});

test('nothing makes it hang: children in the background, input that nobody reads, endless output', async (t) => {
  const { name } = await start(t);
  t.like(await exec(name, sh('sleep 1000 & echo out; exit 3')), { stdout: 'out\n', exitCode: 3 });
  t.like(await exec(name, ['true'], { input: 'x'.repeat(1 << 20) }), { exitCode: 0 });
  t.is((await exec(name, sh('head -c 1000 /dev/zero'), { maxOutputBytes: 1000 })).stdout.length, 1000);
  await t.throwsAsync(exec(name, ['yes'], { maxOutputBytes: 1000 }), {
    code: 'output-too-long',
    message: 'failed to run "yes": it wrote more than 1000 bytes',
  });
});

test('it ends by its time and by an AbortSignal, also when that was aborted before', async (t) => {
  const { name, id } = await start(t);
  await t.throwsAsync(exec(name, ['sleep', '1000'], { timeoutMs: 50 }), {
    code: 'timeout',
    message: `failed to run "sleep 1000" in container "${name}": it took longer than 50 ms`,
  });
  const controller = new AbortController();
  const running = exec(name, ['sleep', '999'], { signal: controller.signal });
  controller.abort(new Error('enough'));
  await t.throwsAsync(running, { message: 'enough' });
  await t.throwsAsync(exec(name, ['true'], { signal: AbortSignal.abort(new Error('before')) }), {
    message: 'before',
  });
  t.like(await exec(name, ['true'], { timeoutMs: 600_000 }), { exitCode: 0 });
  const creates = (await listEvents(id)).filter(({ action }) => action.startsWith('exec_create'));
  t.deepEqual(
    creates.map(({ action }) => action),
    ['exec_create: sleep 1000', 'exec_create: sleep 999', 'exec_create: true'],
  );
});

test('what cannot run says why, and leaves nothing', async (t) => {
  const { name, id } = await start(t, {
    root: { kind: 'directory', path: freshBusyboxRoot(), overlay: false },
  });
  await t.throwsAsync(exec(name, ['nope']), {
    code: 'command-not-found',
    message: 'failed to find the executable "nope" (process.args[0]): ENOENT no such file or directory',
  });
  await t.throwsAsync(exec(name, ['/etc']), { code: 'command-not-executable' });
  await exec(name, sh('printf "#!/no/such\\n" > /script; chmod +x /script'));
  const error = await t.throwsAsync(exec(name, ['/script']), { code: 'command-not-found' });
  t.like(error, { context: { hint: '"/script" is a script, and its interpreter "/no/such" is not there' } });
  await t.throwsAsync(exec(name, [], { env: ['A'], workdir: 'tmp', timeoutMs: -1 }), {
    code: 'bad-options',
    message:
      'failed to run "": command: it is empty; env[0]: "A" is not KEY=value; workdir: "tmp" is not an absolute path; timeoutMs: -1 is not from 0 to 2147483647',
  });
  pauseContainer(id);
  await t.throwsAsync(exec(name, ['true']), {
    code: 'container-paused',
    message: `failed to run a command in container "${name}": it is paused`,
  });
  unpauseContainer(id);
  await removeContainer(id, { force: true });
  await t.throwsAsync(exec(name, ['true']), { code: 'state-missing' });
  const short = await start(t, { command: ['true'] });
  for await (const { action } of events({ filters: [['container', short.id]], sinceMs: 0 })) {
    if (action === 'die') break;
  }
  const message = `failed to run a command in container "${short.name}": it is not running`;
  await t.throwsAsync(exec(short.id, ['true']), { code: 'container-not-running', message });
  t.throws(() => execStream(short.id, ['true']), { code: 'container-not-running', message });
});

test('streams: what is written goes in, what it writes comes out, signals reach it', async (t) => {
  const { name } = await start(t);
  const echo = execStream(
    name,
    sh('trap "echo got; exit 6" USR1; echo err >&2; read line; echo $line; while :; do sleep 0.02; done'),
  );
  const [out, err] = [text(echo.stdout), text(echo.stderr)];
  await echo.started;
  echo.stdin.write('line\n');
  await once(echo.stdout, 'data');
  t.true(echo.kill('SIGUSR1'));
  t.deepEqual(await echo.exited, { exitCode: 6, signal: null });
  t.false(echo.kill());
  t.is(await out, 'line\ngot\n');
  t.is(await err, 'err\n');

  const missing = execStream(name, ['nope']);
  await t.throwsAsync(missing.started, { code: 'command-not-found' });
  await t.throwsAsync(missing.exited, { code: 'command-not-found' });

  const controller = new AbortController();
  const sleeping = execStream(name, ['sleep', '1000'], { signal: controller.signal });
  await sleeping.started;
  controller.abort(new Error('enough'));
  await t.throwsAsync(sleeping.exited, { message: 'enough' });
  // Killed, not only left: its end closes the pipe.
  t.is(await text(sleeping.stdout), '');
});

test('events tell of it as of mini exec', async (t) => {
  const { id } = await start(t);
  await exec(id, sh('exit 4'));
  const stream = execStream(id, ['true']);
  await stream.exited;
  const told = (await listEvents(id)).filter(({ action }) => action.startsWith('exec_'));
  t.deepEqual(
    told.map(({ action, attributes: { exitCode } }) => [action, exitCode]),
    [
      ['exec_create: sh -c exit 4', undefined],
      ['exec_start: sh -c exit 4', undefined],
      ['exec_die', '4'],
      ['exec_create: true', undefined],
      ['exec_start: true', undefined],
      ['exec_die', '0'],
    ],
  );
  const [first, second] = [told.slice(0, 3), told.slice(3)];
  for (const each of [first, second]) t.is(new Set(each.map(({ attributes }) => attributes.execID)).size, 1);
});
