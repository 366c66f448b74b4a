import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { mini, startMini } from '../support/mini.js';
import { busyboxRoot, freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { runScript } from '../support/run-in.js';
import { hold } from '../support/running.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

/** A directory of the host with `file`, `sub/inner` and nothing else. */
function makeSource(): string {
  const directory = freshDirectory('source');
  writeFileSync(join(directory, 'file'), 'of the host\n');
  mkdirSync(join(directory, 'sub'));
  writeFileSync(join(directory, 'sub/inner'), 'inner\n');
  return directory;
}

const mountLine = (target: string) => `grep " ${target} " /proc/mounts | sed s/,inode64//`;

test('-v of a directory is the directory itself', async (t) => {
  const source = makeSource();
  const { stdout } = await runScript(
    ['-v', `${source}:/mnt`],
    'ls /mnt; cat /mnt/sub/inner; echo new > /mnt/made; rm /mnt/file',
  );
  t.is(stdout, 'file\nsub\ninner\n');
  t.deepEqual(readdirSync(source), ['made', 'sub']);
  t.is(readFileSync(join(source, 'made'), 'utf8'), 'new\n');
});

test('-v of a file is the file itself', async (t) => {
  const source = makeSource();
  const { stdout } = await runScript(
    ['-v', `${source}/file:/etc/thing`],
    'cat /etc/thing; echo inside > /etc/thing',
  );
  t.is(stdout, 'of the host\n');
  t.is(readFileSync(join(source, 'file'), 'utf8'), 'inside\n');
});

test('-v may stand on a file that the root has', async (t) => {
  const source = makeSource();
  const { stdout } = await runScript(['-v', `${source}/file:/etc/passwd:ro`], 'cat /etc/passwd');
  t.is(stdout, 'of the host\n');
  t.regex(readFileSync(join(busyboxRoot(), 'etc/passwd'), 'utf8'), /^root:/);
});

test('-v with a relative source counts from the working directory', async (t) => {
  const source = makeSource();
  const { stdout } = await runScript(['-v', './sub:/mnt', '-v', '..:/opt'], 'ls /mnt', { cwd: source });
  t.is(stdout, 'inner\n');
});

test('-v makes a source that is missing, as a directory', async (t) => {
  const source = join(freshDirectory(), 'new/deep');
  const { exitCode } = await runScript(['-v', `${source}:/mnt`], 'touch /mnt/made');
  t.is(exitCode, 0);
  t.deepEqual(readdirSync(source), ['made']);
  t.is(statSync(source).mode & 0o7777, 0o755);
});

test('-v of a source that cannot be made is an error of mini', async (t) => {
  const source = makeSource();
  const { exitCode, stderr } = await runScript(['-v', `${source}/file/below:/mnt`], 'true');
  t.is(exitCode, 125);
  t.regex(stderr, /^failed to .* "\/.*\/file\/below".*: ENOTDIR not a directory\n$/);
});

for (const flags of [
  ['-v', 'SOURCE:/mnt:ro'],
  ['--mount', 'type=bind,source=SOURCE,target=/mnt,readonly'],
]) {
  test(`${flags.join(' ')} refuses every write`, async (t) => {
    const source = makeSource();
    const { stdout, stderr } = await runScript(
      ['--cap-add', 'ALL', ...flags.map((word) => word.replace('SOURCE', source))],
      `cat /mnt/file
       echo x > /mnt/file; touch /mnt/new; mkdir /mnt/new; rm /mnt/file; chmod 777 /mnt/file; mv /mnt/file /mnt/other; ln -s x /mnt/link
       ${mountLine('/mnt')} | cut -d" " -f4 | cut -d, -f1`,
    );
    t.is(stdout, 'of the host\nro\n');
    t.is(stderr.match(/Read-only file system/g)?.length, 7);
    t.deepEqual(readdirSync(source), ['file', 'sub']);
  });
}

test('a read-only bind is read-only in what is mounted below the source too', async (t) => {
  const source = makeSource();
  const script = 'touch /mnt/new /mnt/sub/new';
  const words = ['run', '--rm', '-v', `${source}:/mnt:ro`, '--rootfs', busyboxRoot(), 'sh', '-c', script];
  const below = ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs below ${source}/sub && exec "$@"`, 'sh'];
  const { stderr } = await startMini(words, {}, below);
  t.is(stderr, 'touch: /mnt/new: Read-only file system\ntouch: /mnt/sub/new: Read-only file system\n');
});

test('an ordinary user cannot make a read-only bind writable, and root not without the capability', async (t) => {
  const source = makeSource();
  const { stderr } = await runScript(
    ['-v', `${source}:/mnt:ro`],
    'mount -o remount,bind,rw /mnt; touch /mnt/new',
  );
  t.regex(stderr, /permission denied[\s\S]*touch: \/mnt\/new: Read-only file system\n$/);
});

test('--mount type=bind does not make a missing source', async (t) => {
  const source = join(freshDirectory(), 'missing');
  const { exitCode, stderr } = await runScript(['--mount', `type=bind,source=${source},target=/mnt`], 'true');
  t.is(exitCode, 125);
  t.regex(
    stderr,
    /^failed to bind "\/.*\/missing" on "\/mnt" \(mounts\[\d+\]\): ENOENT no such file or directory\n$/,
  );
  t.false(existsSync(source));
});

test('options of a bind are those of the mount', async (t) => {
  const { stdout } = await runScript(
    ['-v', `${makeSource()}:/mnt:nosuid,nodev,noexec,noatime`],
    mountLine('/mnt'),
  );
  const options = stdout.split(' ')[3]?.split(',') ?? [];
  for (const option of ['rw', 'nosuid', 'nodev', 'noexec', 'noatime'])
    t.true(options.includes(option), option);
});

test('a tmpfs has what it is asked for', async (t) => {
  const { stdout } = await runScript(
    ['--tmpfs', '/mnt', '--tmpfs', '/opt/new:size=2m,mode=1770,uid=5,gid=6,exec'],
    `${mountLine('/mnt')}; ${mountLine('/opt/new')}; stat -c "%a %u %g" /opt/new; ls -A /mnt`,
  );
  t.is(
    stdout,
    'tmpfs /mnt tmpfs rw,nosuid,nodev,noexec,relatime 0 0\n' +
      'tmpfs /opt/new tmpfs rw,nosuid,nodev,relatime,size=2048k,mode=1770,uid=5,gid=6 0 0\n' +
      '1770 5 6\n',
  );
});

test('--mount type=tmpfs has size and mode', async (t) => {
  const { stdout } = await runScript(
    ['--mount', 'type=tmpfs,target=/mnt,tmpfs-size=1m,tmpfs-mode=700'],
    `${mountLine('/mnt')}; dd if=/dev/zero of=/mnt/f bs=64k count=64 2> /dev/null; wc -c < /mnt/f`,
  );
  t.is(stdout, 'tmpfs /mnt tmpfs rw,nosuid,nodev,noexec,relatime,size=1024k,mode=700 0 0\n1048576\n');
});

test('a read-only tmpfs takes nothing', async (t) => {
  const { stderr } = await runScript(['--tmpfs', '/mnt:ro'], 'touch /mnt/x');
  t.is(stderr, 'touch: /mnt/x: Read-only file system\n');
});

test('--read-only makes the root read-only, not what is mounted in it', async (t) => {
  const { stdout, stderr } = await runScript(
    ['--read-only', '--tmpfs', '/mnt', '-v', `${makeSource()}:/opt`],
    'for d in / /etc /tmp /mnt /opt /dev /dev/shm; do touch $d/x 2> /dev/null && echo $d; done',
  );
  t.is(stderr, '');
  t.is(stdout, '/mnt\n/opt\n/dev\n/dev/shm\n');
  t.false(existsSync(join(busyboxRoot(), 'x')));
});

test('--read-only over a throw-away layer', async (t) => {
  const words = ['run', '--rm', '--read-only', '--rootfs', `${busyboxRoot()}:O`, 'touch', '/x'];
  t.is((await mini(words)).stderr, 'touch: /x: Read-only file system\n');
});

test('mounts stand in each other in any order of the flags', async (t) => {
  const [outer, inner] = [makeSource(), makeSource()];
  const { stdout, stderr } = await runScript(
    ['-v', `${inner}/file:/mnt/sub/inner`, '-v', `${inner}/sub:/mnt/sub:ro`, '-v', `${outer}:/mnt`],
    'cat /mnt/sub/inner; touch /mnt/sub/x; touch /mnt/x && ls /mnt',
  );
  t.is(stdout, 'of the host\nfile\nsub\nx\n');
  t.is(stderr, 'touch: /mnt/sub/x: Read-only file system\n');
  t.deepEqual(readdirSync(join(outer, 'sub')), ['inner']);
});

test('a mount may replace one that every container has', async (t) => {
  const { stdout } = await runScript(
    ['--tmpfs', '/dev/shm:size=1m', '-v', `${makeSource()}/file:/etc/hosts`],
    `${mountLine('/dev/shm')}; cat /etc/hosts`,
  );
  t.is(stdout, 'tmpfs /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=1024k 0 0\nof the host\n');
});

test('a target that is a link stays in the root', async (t) => {
  const root = freshBusyboxRoot();
  const [source, decoy] = [makeSource(), makeSource()];
  symlinkSync('../../../../..', join(root, 'upwards'));
  symlinkSync('/srv', join(root, 'inside'));
  mkdirSync(join(root, 'srv'));
  const flags = ['-v', `${source}:/upwards/mnt`, '-v', `${source}:/inside/new`, '--rootfs', root];
  const { stdout } = await mini(['run', '--rm', ...flags, 'ls', '/mnt', '/srv/new']);
  t.is(stdout, '/mnt:\nfile\nsub\n\n/srv/new:\nfile\nsub\n');
  // What the link names is there on the machine, and made in the root.
  symlinkSync(decoy, join(root, 'way-out'));
  const bound = await mini([
    'run',
    '--rm',
    '-v',
    `${source}:/way-out/new`,
    '--rootfs',
    root,
    'ls',
    '/way-out/new',
  ]);
  t.deepEqual([bound.stdout, bound.stderr], ['file\nsub\n', '']);
  t.deepEqual(readdirSync(join(root, decoy)), ['new']);
  t.deepEqual(readdirSync(decoy), ['file', 'sub']);
});

test('nothing of a volume is to be seen in the mounts of the machine', async (t) => {
  const source = makeSource();
  const before = readFileSync('/proc/self/mountinfo', 'utf8');
  const running = await hold([
    '-v',
    `${source}:/mnt`,
    '--mount',
    `type=bind,source=${source}/sub,target=/opt`,
  ]);
  t.is(readFileSync('/proc/self/mountinfo', 'utf8'), before);
  t.true(readFileSync(`/proc/${running.pid}/mountinfo`, 'utf8').includes(source));
  await running.finish();
});

test('two containers share a volume at once', async (t) => {
  const source = makeSource();
  const reader = await hold(['-v', `${source}:/mnt`], 'echo first > /mnt/mark');
  const { stdout } = await runScript(['-v', `${source}:/srv`], 'cat /srv/mark; echo second > /srv/mark');
  t.is(stdout, 'first\n');
  t.is(readFileSync(`/proc/${reader.pid}/root/mnt/mark`, 'utf8'), 'second\n');
  await reader.finish();
});

test('nothing is left behind', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  await runScript(['-v', `${makeSource()}:/mnt`, '--tmpfs', '/opt', '--read-only'], 'true');
  await runScript(['--mount', 'type=bind,source=/nope/nope,target=/mnt'], 'true');
  t.deepEqual(await differenceSince(before), NOTHING);
});
