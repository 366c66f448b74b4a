import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { mini } from '../support/mini.js';
import { freshDirectory } from '../support/roots.js';
import { startRunning } from '../support/running.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const runHost = (script: string, ...flags: string[]) =>
  mini(['run', '--rm', ...flags, 'host', 'sh', '-c', script]);

/** Writes a file of the host for the time of the test. */
function writeDecoy(t: { teardown(undo: () => void): void }, path: string, mode: number): void {
  writeFileSync(path, 'decoy\n');
  chmodSync(path, mode);
  t.teardown(() => rmSync(path, { force: true }));
}

test("the machine's own system is there", async (t) => {
  const { stdout } = await runHost('cat /etc/os-release; uname -r');
  const { stdout: release } = await execa('uname', ['-r']);
  t.is(stdout, `${readFileSync('/etc/os-release', 'utf8')}${release}\n`);
});

test('its programs run', async (t) => {
  const { stdout, exitCode } = await runHost(
    'bash -c "echo bash"; perl -e "print qq(perl\\n)"; id -un; ls -d /usr/bin/env',
  );
  t.is(stdout, 'bash\nperl\nroot\n/usr/bin/env\n');
  t.is(exitCode, 0);
});

test('without a command a shell runs: bash, where the machine has it', async (t) => {
  const { stdout, exitCode } = await mini(['run', '--rm', '-i', 'host'], {
    input: 'readlink /proc/$$/exe; exit 4\n',
  });
  t.regex(stdout, existsSync('/bin/bash') ? /\/bash\n$/ : /sh\n$/);
  t.is(exitCode, 4);
});

test('homes, temporary files and what runs are not there', async (t) => {
  const { stdout } = await runHost('ls -A /root /home /tmp /var/tmp; ls -A /run');
  t.is(stdout, '/home:\n\n/root:\n\n/tmp:\n\n/var/tmp:\nlock\n');
});

test('those directories have their usual modes and can be used', async (t) => {
  const { stdout } = await runHost(
    'stat -c "%a %n" /root /tmp /var/tmp /run; touch /root/x /tmp/x /var/tmp/x /run/x && echo used',
  );
  t.is(stdout, '700 /root\n1777 /tmp\n1777 /var/tmp\n755 /run\nused\n');
});

test('a home directory elsewhere than in /home is empty too', async (t) => {
  const { stdout } = await runHost(`ls -A ${process.env.HOME ?? '/root'} | wc -l`);
  t.is(stdout, '0\n');
});

test('password hashes are not there, the accounts are', async (t) => {
  const { stdout } = await runHost(
    'cut -d: -f1,2 /etc/shadow; cut -d: -f2 /etc/gshadow | sort -u; ls -l /etc/shadow; ls /etc/shadow- /etc/gshadow- 2> /dev/null',
  );
  const hostLines = readFileSync('/etc/shadow', 'utf8').trim().split('\n');
  const lines = stdout.trim().split('\n');
  t.deepEqual(
    lines.slice(0, hostLines.length).map((line) => line.split(':')[0]),
    hostLines.map((line) => line.split(':')[0]),
  );
  for (const line of lines.slice(0, hostLines.length)) t.regex(line, /:[*!]+$/);
  t.notRegex(stdout, /\$[0-9a-z]+\$/);
  t.regex(stdout, /-rw-r----- 1 root shadow /);
  t.notRegex(stdout, /shadow-/);
});

test('private keys are not there', async (t) => {
  const key = '/etc/ssh/ssh_host_mini_e2e_key';
  mkdirSync('/etc/ssh', { recursive: true });
  writeDecoy(t, key, 0o600);
  const secret = '/etc/ssl/private/mini-e2e.pem';
  mkdirSync('/etc/ssl/private', { recursive: true });
  writeDecoy(t, secret, 0o640);
  const { stdout } = await runHost(
    `ls ${key} ${secret} 2> /dev/null; ls -A /etc/ssl/private; ls /etc/ssh | grep -c "_key$"`,
  );
  t.is(stdout, '0\n');
});

test('files of the machine that only its root may read are not there', async (t) => {
  writeDecoy(t, '/etc/mini-e2e-secret', 0o600);
  writeDecoy(t, '/etc/mini-e2e-public', 0o644);
  mkdirSync('/var/lib/mini-e2e-service', { mode: 0o700 });
  t.teardown(() => rmSync('/var/lib/mini-e2e-service', { recursive: true }));
  writeFileSync('/var/lib/mini-e2e-service/data', 'secret');
  const { stdout } = await runHost(
    'ls -d /etc/mini-e2e-*; ls -A /var/lib/mini-e2e-service 2> /dev/null; ls -d /var/lib/mini-e2e-service/data 2> /dev/null',
  );
  t.is(stdout, '/etc/mini-e2e-public\n');
});

test("mini's own data is not there", async (t) => {
  const { stdout } = await runHost('ls -A /var/lib/mini /run/mini 2> /dev/null');
  t.is(stdout, '');
});

test('no device and no view of the kernel of the machine is there', async (t) => {
  const { stdout } = await runHost(
    'ls /dev | wc -l; grep -cE " (/proc|/sys|/dev) " /proc/mounts; ls /proc | grep -c "^[0-9]"',
  );
  t.regex(stdout, /^15\n3\n[3-6]\n$/);
});

test('what is written is thrown away', async (t) => {
  const decoy = '/etc/mini-e2e-decoy';
  writeDecoy(t, decoy, 0o644);
  const program = join('/usr/local', 'mini-e2e-made');
  const { stdout, exitCode } = await runHost(
    `rm ${decoy}; touch /etc/mini-e2e-made ${program}; echo x >> /etc/passwd; rm -rf /usr/share/doc /home; ls -d ${decoy} ${program}`,
  );
  t.is(stdout, `${program}\n`);
  t.not(exitCode, 0);
  t.is(readFileSync(decoy, 'utf8'), 'decoy\n');
  t.false(existsSync('/etc/mini-e2e-made'));
  t.false(existsSync(program));
  t.true(existsSync('/home'));
});

test('a package manager works in it', async (t) => {
  const { stdout, exitCode } = await runHost(
    'dpkg --version | head -1 && dpkg -l bash | tail -1 | cut -c1-8 && ldconfig && echo fine',
  );
  t.is(exitCode, 0);
  t.regex(stdout, /^Debian 'dpkg'.*\nii {2}bash\nfine\n$/);
});

test('a program can be compiled in it', async (t) => {
  const source = freshDirectory();
  writeFileSync(
    join(source, 'hello.c'),
    '#include <stdio.h>\nint main(void) { puts("compiled"); return 3; }\n',
  );
  const { stdout, exitCode } = await runHost(
    'cc -o /tmp/hello /src/hello.c && /tmp/hello',
    '-v',
    `${source}:/src:ro`,
  );
  t.is(stdout, 'compiled\n');
  t.is(exitCode, 3);
});

test('the mounts of the machine are the same while it runs', async (t) => {
  const before = readFileSync('/proc/1/mountinfo', 'utf8');
  const running = await startRunning(['run', '--rm', '-i', 'host', 'sh', '-c', 'echo ready; read _']);
  t.is(readFileSync('/proc/1/mountinfo', 'utf8'), before);
  await running.finish();
});

test('another user of the machine is one in it', async (t) => {
  const { stdout } = await runHost('id -un; touch /etc/x 2> /dev/null || echo refused', '-u', 'nobody');
  t.is(stdout, 'nobody\nrefused\n');
});

test('--read-only refuses writes to it', async (t) => {
  t.is(
    (await runHost('touch /x', '--read-only')).stderr,
    "touch: cannot touch '/x': Read-only file system\n",
  );
});

test('nothing is left behind', async (t) => {
  await runHost('true');
  const before = takeSnapshot();
  await runHost('rm -rf /usr/share/man; touch /x');
  t.deepEqual(await differenceSince(before), NOTHING);
});
