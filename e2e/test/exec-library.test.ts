import { closeSync, readFileSync, readSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { detectCgroupLayout, openCgroup } from '@mini/cgroup-manager';
import type { CapabilityName } from '@mini/contracts';
import { execIn, nativeKernel, runIn } from '@mini/runtime-core';
import test from 'ava';
import { type LibraryContainer, startContainer } from '../support/library-container.js';
import { freshBusyboxRoot } from '../support/roots.js';
import { waitFor } from '../support/wait.js';

const root = freshBusyboxRoot();
symlinkSync('/nope', join(root, 'dangling'));
let box: LibraryContainer;

test.before(async () => {
  box = await startContainer({ root });
});
test.after.always(() => box?.stop());

const statusOf = async (lines: string, options = {}) =>
  (await box.read(`grep -E '^(${lines}):' /proc/self/status | tr -s '\\t ' ' '`, options)).trim().split('\n');

test('it is in the namespaces of the container, all of them', async (t) => {
  const kinds = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'];
  const links = kinds.map((kind) => `/proc/self/ns/${kind}`).join(' ');
  const theirs = kinds.map((kind) => `/proc/1/ns/${kind}`).join(' ');
  const [own, first] = (
    await box.read(`for l in ${links}; do readlink $l; done; echo; for l in ${theirs}; do readlink $l; done`)
  ).split('\n\n');
  t.is(own?.trim(), first?.trim());
  t.is(own?.trim().split('\n').length, kinds.length);
});

test('it sees the hostname, the root, the processes and the mounts of the container', async (t) => {
  t.is(await box.read('hostname'), 'box\n');
  t.is(
    await box.read('cat /proc/1/comm; pwd; cat /proc/self/cgroup | cut -d: -f3 | sort -u'),
    'sleep\n/\n/\n',
  );
  const mounts = (await box.read('cut -d " " -f 5 /proc/self/mountinfo')).trim().split('\n');
  const first = readFileSync(`/proc/${box.pid}/mountinfo`, 'utf8').trim().split('\n');
  t.deepEqual(
    mounts,
    first.map((line) => line.split(' ')[4]),
  );
});

test('it is in the cgroup of the container, and under its limits', async (t) => {
  const limited = await startContainer({ limits: { pids: { limit: 20 } } });
  t.teardown(() => limited.stop());
  const descriptors = openCgroup(detectCgroupLayout(), limited.cgroup)!.openForLaunch();
  const process = execIn({ pid: limited.pid }, 'sleep', ['1000'], { cgroup: descriptors });
  await process.started;
  descriptors.close();
  t.is(
    readFileSync(`/proc/${process.pid}/cgroup`, 'utf8'),
    readFileSync(`/proc/${limited.pid}/cgroup`, 'utf8'),
  );
  t.true(process.kill('SIGKILL'));
  t.deepEqual(await process.exited, { exitCode: null, signal: 'SIGKILL' });
  const many = 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 900 & done';
  t.regex((await limited.run(['sh', '-c', many])).stderr, /can't fork: Resource temporarily unavailable/);
  // A helper that was just ending may have had the place of one of them.
  const fillUp = async () => {
    for (;;) await limited.run(['sh', '-c', 'sleep 900 &']);
  };
  await t.throwsAsync(fillUp(), {
    code: 'start-failed',
    // Born in the cgroup on v2, the helper itself is one too many.
    message: /^failed to (fork into|start a process in) the container: EAGAIN /,
  });
});

test('its environment is what it was given and nothing of ours', async (t) => {
  const { stdout } = await box.run(['env'], { env: { PATH: '/bin', A: 'a b=c', EMPTY: '' } });
  t.is(stdout, 'PATH=/bin\nA=a b=c\nEMPTY=\n');
  t.is(
    (await box.run(['env'])).stdout,
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n',
  );
});

test('the command is found by the PATH that it gets, in the container', async (t) => {
  await t.throwsAsync(box.run(['node', '--version']), {
    name: 'RuntimeError',
    code: 'command-not-found',
    message: 'failed to find the executable "node" (process.args[0]): ENOENT no such file or directory',
  });
  await t.throwsAsync(box.run(['ls'], { env: { PATH: '/nope' } }), { code: 'command-not-found' });
  t.is((await box.run(['./busybox', 'echo', 'hi'], { cwd: '/bin' })).stdout, 'hi\n');
});

test('what cannot be run is told apart from what is not there', async (t) => {
  await t.throwsAsync(box.run(['/etc/passwd']), {
    code: 'command-not-executable',
    message: 'failed to find the executable "/etc/passwd" (process.args[0]): EACCES permission denied',
  });
  const error = await t.throwsAsync(box.run(['ls -l']), { code: 'command-not-found' });
  t.is(
    (error as unknown as { context: { hint: string } }).context.hint,
    "a command and its arguments are separate words; for a shell line use: sh -c 'ls -l'",
  );
  await t.throwsAsync(box.run(['/dangling']), { code: 'command-not-found' });
});

test('how it ended', async (t) => {
  for (const code of [0, 1, 7, 125, 126, 127, 255]) {
    t.is((await box.run(['sh', '-c', `exit ${code}`])).exitCode, code);
  }
  for (const signal of ['KILL', 'TERM', 'SEGV'] as const) {
    const { exitCode, signal: ended } = await box.run(['sh', '-c', `kill -${signal} $$`]);
    t.deepEqual([exitCode, ended], [null, `SIG${signal}`]);
  }
});

test('stdout, stderr and stdin are its own, whatever bytes they are', async (t) => {
  const input = Buffer.alloc(3 << 20, 'line of input\n');
  const both = await box.run(['sh', '-c', 'md5sum; echo error >&2'], { input });
  t.regex(both.stdout, /^[0-9a-f]{32} {2}-\n$/);
  t.is(both.stderr, 'error\n');
  t.is((await box.run(['cat'], { input })).stdout, input.toString());
  t.is((await box.run(['true'], { input })).exitCode, 0);
  await t.throwsAsync(box.run(['yes'], { maxOutputBytes: 1000 }), {
    code: 'output-too-long',
    message: 'failed to run "yes": it wrote more than 1000 bytes',
  });
});

test('what it leaves in the background is not waited for', async (t) => {
  const { stdout } = await box.run(['sh', '-c', 'sleep 900 & echo $!']);
  t.regex(stdout, /^\d+\n$/);
  await box.read(`kill ${stdout}`);
});

test('another user, with its groups, and a file of its own for its output', async (t) => {
  const user = { uid: 1000, gid: 44, additionalGids: [44, 63], umask: 0o27 };
  const script = 'id -u; id -g; id -G; umask; echo to the file > /dev/stderr';
  const { stdout, stderr } = await box.run(['sh', '-c', script], { user });
  t.deepEqual([stdout, stderr], ['1000\n44\n44 63\n0027\n', 'to the file\n']);
  t.deepEqual(await statusOf('Cap...', { user }), [
    'CapInh: 0000000000000000',
    'CapPrm: 0000000000000000',
    'CapEff: 0000000000000000',
    `CapBnd: ${boundingSet(box.pid)}`,
    'CapAmb: 0000000000000000',
  ]);
});

const boundingSet = (pid: number) =>
  /^CapBnd:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

test('its capabilities are those of the container, and it gains none', async (t) => {
  const bounding = boundingSet(box.pid);
  t.deepEqual(await statusOf('Cap...|NoNewPrivs'), [
    'CapInh: 0000000000000000',
    `CapPrm: ${bounding}`,
    `CapEff: ${bounding}`,
    `CapBnd: ${bounding}`,
    'CapAmb: 0000000000000000',
    'NoNewPrivs: 1',
  ]);
  const names: CapabilityName[] = ['CAP_KILL'];
  const capabilities = { bounding: names, permitted: names, effective: names };
  t.deepEqual(await statusOf('CapPrm|CapBnd|NoNewPrivs', { capabilities, noNewPrivileges: false }), [
    'CapPrm: 0000000000000020',
    'CapBnd: 0000000000000020',
    'NoNewPrivs: 0',
  ]);
});

test('a limit of the process, a working directory that is not there', async (t) => {
  const rlimits = [{ type: 'RLIMIT_NOFILE', soft: 99, hard: 100 } as const];
  t.is(await box.read('ulimit -n; ulimit -Hn', { rlimits }), '99\n100\n');
  await t.throwsAsync(box.run(['pwd'], { cwd: '/nope' }), {
    code: 'start-failed',
    message: 'failed to change to the directory "/nope" (process.cwd): ENOENT no such file or directory',
  });
});

test('bad options are all named', (t) => {
  t.throws(() => execIn({ pid: box.pid }, '', [], { cwd: 'x', user: { uid: -1, gid: 0 } }), {
    code: 'bad-options',
    message:
      'failed to spawn "": command: it is empty; cwd: "x" is not an absolute path; user.uid: -1 is not from 0 to 4294967294',
  });
});

test('an abort and a time limit end it', async (t) => {
  const controller = new AbortController();
  const process = execIn({ pid: box.pid }, 'sleep', ['1000'], { signal: controller.signal });
  await process.started;
  controller.abort();
  t.deepEqual(await process.exited, { exitCode: null, signal: 'SIGKILL' });
  const timed = await box.run(['sleep', '1000'], { timeoutMs: 200, killSignal: 'SIGTERM' });
  t.is(timed.signal, 'SIGTERM');
});

test('a terminal of its own', async (t) => {
  const kernel = nativeKernel();
  let master = -1;
  const onOpen = (fd: number) => {
    master = fd;
  };
  const terminal = { rows: 33, columns: 111, onOpen };
  const process = execIn({ pid: box.pid }, 'sh', ['-c', 'tty; stty size'], { terminal });
  t.is((await process.exited).exitCode, 0);
  const bytes = Buffer.alloc(4096);
  const wanted = '/dev/pts/0\r\n33 111\r\n';
  let shown = '';
  // What was written at once may come in parts.
  while (shown.length < wanted.length && kernel.pollReadable(master, 1000)) {
    shown += bytes.toString('utf8', 0, readSync(master, bytes));
  }
  t.is(shown, wanted);
  closeSync(master);
});

test('by pidfd, too', async (t) => {
  const pidfd = nativeKernel().openPidfd(box.pid);
  t.is((await runIn({ pidfd }, 'hostname')).stdout, 'box\n');
  closeSync(pidfd);
});

test('nothing of the host can be reached by a descriptor', async (t) => {
  for (const fd of [3, 4, 5, 6, 7, 10, 20]) {
    await t.throwsAsync(box.run(['pwd'], { cwd: `/proc/self/fd/${fd}` }), { code: 'start-failed' });
  }
  t.is(await box.read('ls /proc/self/fd | tr "\\n" " "'), '0 1 2 3 ');
});

test('its start is seen by who waits for it', async (t) => {
  const process = execIn({ pid: box.pid }, 'sh', ['-c', 'echo $$; read line; exit 5']);
  const events: string[] = [];
  for (const name of ['spawn', 'exit']) process.on(name, () => events.push(name));
  await process.started;
  t.is(readFileSync(`/proc/${process.pid}/comm`, 'utf8'), 'sh\n');
  t.regex(
    readFileSync(`/proc/${process.pid}/status`, 'utf8'),
    new RegExp(`^PPid:\\s${globalThis.process.pid}$`, 'm'),
  );
  process.stdin?.end('\n');
  t.is((await process.exited).exitCode, 5);
  await waitFor('its events', () => events.length === 2);
  t.deepEqual(events, ['spawn', 'exit']);
});
