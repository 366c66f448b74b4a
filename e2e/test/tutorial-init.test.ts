import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { finish, said, spawnIn } from '../support/library.js';
import { mini } from '../support/mini.js';
import { AS_NOBODY, freshHome, miniAsNobody, NOBODY, whyNoOrdinaryUser } from '../support/ordinary-user.js';
import { busyboxRoot, freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const noUser = whyNoOrdinaryUser();
const root = busyboxRoot();

// Where the tutorials execute themselves again as init, found by a name in a registry, a helper does the work here.

test('re-exec without a registry: the program that spawns is started once', async (t) => {
  const directory = freshDirectory('program');
  const counter = join(directory, 'count');
  const program = `
    import { appendFileSync } from 'node:fs';
    import { spawn } from '${import.meta.resolve('@mini/runtime-core')}';
    appendFileSync('${counter}', 'started\\n');
    const child = spawn('sh', ['-c', 'tr "\\\\0" " " < /proc/1/cmdline; readlink /proc/1/exe; cat'], { root: '${root}', stdio: ['pipe', 'inherit', 'inherit'] });
    child.stdin.end('done\\n');
    await child.exited;
  `;
  writeFileSync(join(directory, 'program.mjs'), program);
  const { stdout } = await execa(process.execPath, [join(directory, 'program.mjs')]);
  t.is(stdout, 'sh -c tr "\\0" " " < /proc/1/cmdline; readlink /proc/1/exe; cat /bin/busybox\ndone');
  t.is(readFileSync(counter, 'utf8'), 'started\n');
});

test('PID 1 is the command itself: nothing in it tells of mini', async (t) => {
  const script =
    'tr "\\0" "\\n" < /proc/1/environ | cut -d= -f1; ls /proc/1/fd; cut -d" " -f2 /proc/1/stat; true';
  const { stdout } = await mini(['run', '--rm', '--rootfs', root, 'sh', '-c', script]);
  t.is(stdout, 'PATH\nHOSTNAME\nHOME\n0\n1\n2\n(sh)\n');
});

test('the helper cannot be written to from inside', async (t) => {
  const child = spawnIn('sh', ['-c', 'echo x 2>/dev/null > /proc/1/exe; cat /proc/1/maps | grep -c mini']);
  const { stdout } = await finish(child);
  t.is(stdout, '0\n');
});

/** A program that spawns with the six flags as whoever runs it; prints what the container says. */
const SIX_FLAGS = (directory: string) => `
  import { spawn } from '${import.meta.resolve('@mini/runtime-core')}';
  const script = 'id -u; id -g; echo $$; hostname inside; hostname; echo made > /made; stat -c %u /made; cat /proc/self/uid_map | tr -s " "';
  const child = spawn('sh', ['-c', script], {
    root: '${directory}',
    namespaces: ['user', 'mount', 'pid', 'uts', 'ipc', 'network'],
    capabilities: { bounding: ['CAP_SYS_ADMIN'], permitted: ['CAP_SYS_ADMIN'], effective: ['CAP_SYS_ADMIN'] },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.exitCode = (await child.exited).exitCode;
`;

testUnless(noUser, 'ordinary-user', 'six clone flags, uid 0 mapped to the caller', async (t) => {
  const before = takeSnapshot();
  const own = freshBusyboxRoot();
  chownSync(own, NOBODY, NOBODY);
  for (const name of ['dev', 'proc', 'sys', 'tmp']) chownSync(join(own, name), NOBODY, NOBODY);
  const directory = freshDirectory('program');
  chmodSync(directory, 0o755);
  const program = join(directory, 'program.mjs');
  writeFileSync(program, SIX_FLAGS(own));
  const [setpriv, ...words] = AS_NOBODY;
  const { stdout, stderr, exitCode } = await execa(setpriv, [...words, process.execPath, program], {
    reject: false,
  });
  t.is(stderr, '');
  t.is(exitCode, 0);
  t.is(stdout, `0\n0\n1\ninside\n0\n 0 ${NOBODY} 1`);
  const made = statSync(join(own, 'made'));
  t.deepEqual([made.uid, made.gid], [NOBODY, NOBODY]);
  t.deepEqual(await differenceSince(before), NOTHING);
});

testUnless(
  noUser,
  'ordinary-user',
  'mini run as an ordinary user: root inside, oneself outside',
  async (t) => {
    const home = freshHome();
    const shared = join(home, 'shared');
    mkdirSync(shared);
    chownSync(shared, NOBODY, NOBODY);
    const script = 'id -u; echo $$; touch /mnt/made; stat -c %u:%g /mnt/made';
    const result = await miniAsNobody(
      ['run', '--rm', '-v', `${shared}:/mnt`, '--rootfs', root, 'sh', '-c', script],
      home,
    );
    t.deepEqual(result, { exitCode: 0, stdout: '0\n1\n0:0\n', stderr: '', signal: undefined });
    const made = statSync(join(shared, 'made'));
    t.deepEqual([made.uid, made.gid], [NOBODY, NOBODY]);
  },
);

test('a command in a container of its own from a program, in three lines', async (t) => {
  t.deepEqual(await finish(spawnIn('echo', ['hello'])), said('hello\n'));
});
