import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { freshName } from '../support/detached.js';
import { succeedAs } from '../support/images-of-user.js';
import { MINI } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { COUNT, makeUserWithIds, whyNoUserWithIds } from '../support/user-with-ids.js';
import { waitUntil } from '../support/wait.js';

const reason = whyNoUserWithIds();

const rootfs = () => ['--rootfs', `${busyboxRoot()}:O`];
const MAPS = 'tr -s " " < /proc/self/uid_map; tr -s " " < /proc/self/gid_map';

testUnless(reason, 'user-ids', 'a container has the user and all subordinate ids', async (t) => {
  const user = makeUserWithIds();
  const before = takeSnapshot();
  const own = ` 0 ${user.id} 1\n`;
  t.is(
    await succeedAs(t, user, 'run', '--rm', ...rootfs(), 'sh', '-c', `${MAPS}; cat /proc/self/setgroups`),
    `${own} 1 ${user.firstUid} ${COUNT}\n${own} 1 ${user.firstGid} ${COUNT}\nallow\n`,
  );
  // Any user of them, any group, and files of any owner.
  const script = 'id; id -G; touch /f && chown 7:8 /f && chgrp 65536 /f && stat -c "%u:%g" /f';
  t.is(
    await succeedAs(t, user, 'run', '--rm', '--group-add', '9', ...rootfs(), 'sh', '-c', script),
    'uid=0(root) gid=0(root) groups=0(root),9\n0 9\n7:65536\n',
  );
  t.is(
    await succeedAs(t, user, 'run', '--rm', '-u', '7:8', ...rootfs(), 'sh', '-c', 'id -u; id -g; id -G'),
    '7\n8\n8\n',
  );
  t.is((await user.run(['ls', join(user.home, '.local/share/mini/containers')])).stdout, '');
  t.deepEqual(await differenceSince(before), NOTHING);
});

testUnless(
  reason,
  'user-ids',
  'several ranges follow one after the other, by name and by number',
  async (t) => {
    const user = makeUserWithIds();
    user.grant(
      `${user.id}:4200000:10\nother:4200010:5\nbad\n${user.name}:4200020:7\n`,
      `${user.name}:4300000:10\n${user.name}:4300005:10\n`,
    );
    t.is(
      await succeedAs(t, user, 'run', '--rm', ...rootfs(), 'sh', '-c', MAPS),
      ` 0 ${user.id} 1\n 1 4200000 10\n 11 4200020 7\n 0 ${user.id} 1\n 1 4300000 10\n`,
    );
    t.like(await user.mini('run', '--rm', '-u', '18', ...rootfs(), 'id'), {
      exitCode: 125,
      stderr: 'failed to run as "18": the container has no user 18, only 0, 1 to 10, 11 to 17\n',
    });
    const info = await succeedAs(t, user, 'info');
    t.true(
      info.includes(
        [
          ' Users of a container: 18',
          ' Groups of a container: 11',
          ' Not heeded: line 3 of "/etc/subuid" is left out: "bad" is not OWNER:FIRST:COUNT',
          ' Not heeded: the ids 4300005 to 4300014 are left out: 4300005 is in an earlier range too\n',
        ].join('\n'),
      ),
      info,
    );
  },
);

testUnless(
  reason,
  'user-ids',
  'without ranges there is one user, and any other is refused with what helps',
  async (t) => {
    const user = makeUserWithIds();
    user.grant('other:4200000:65536\n', '');
    t.is(
      await succeedAs(t, user, 'run', '--rm', ...rootfs(), 'sh', '-c', MAPS),
      ` 0 ${user.id} 1\n 0 ${user.id} 1\n`,
    );
    const lack = `user "${user.name}" has no ids in "/etc/subuid" and "/etc/subgid"`;
    const hint = `as root, add the line "${user.name}:4265536:65536" to /etc/subuid and to /etc/subgid`;
    for (const [words, what] of [
      [['-u', '7'], '"7": the container has no user 7'],
      [['-u', '0:8'], '"0:8": the container has no group 8'],
      [['--group-add', '9'], '"0": the container has no group 9'],
    ] as const) {
      t.deepEqual(await user.mini('run', ...words, ...rootfs(), 'id'), {
        exitCode: 125,
        stdout: '',
        stderr: `failed to run as ${what}, only 0 (${lack})\nhint: ${hint}\n`,
        signal: undefined,
      });
    }
    t.is((await user.run(['ls', join(user.home, '.local/share/mini/containers')])).stdout, '');
    t.true((await succeedAs(t, user, 'info')).includes(` No more because: ${lack}; ${hint}\n`));
    const [info] = JSON.parse(`[${await succeedAs(t, user, 'info', '-f', 'json')}]`) as [
      { IdMappings: unknown },
    ];
    t.deepEqual(info.IdMappings, {
      uidmap: [{ container_id: 0, host_id: user.id, size: 1 }],
      gidmap: [{ container_id: 0, host_id: user.id, size: 1 }],
      Lack: { Reason: lack, Hint: hint },
      Mistakes: [],
    });
  },
);

testUnless(
  reason,
  'user-ids',
  'what a container has made stays, through starts by the user and by the monitor',
  async (t) => {
    const user = makeUserWithIds();
    const before = takeSnapshot();
    const name = freshName();
    const script = 'echo x >> /runs; chown 7:8 /runs; id -G; [ $(wc -l < /runs) -ge 3 ] && sleep 100; exit 3';
    const words = [
      '--name',
      name,
      '--restart',
      'always',
      '--group-add',
      '9',
      ...rootfs(),
      'sh',
      '-c',
      script,
    ];
    await succeedAs(t, user, 'run', '-d', ...words);
    await waitUntil(
      'three runs',
      async () => (await user.mini('exec', name, 'wc', '-l', '/runs')).stdout === '3 /runs\n',
    );
    t.is(await succeedAs(t, user, 'logs', name), '0 9\n'.repeat(3));
    t.is(await succeedAs(t, user, 'exec', name, 'stat', '-c', '%u:%g', '/runs'), '7:8\n');
    t.is(
      await succeedAs(t, user, 'exec', '-u', '7:8', name, 'sh', '-c', 'id -u; id -G; echo y >> /runs'),
      '7\n8\n',
    );
    await succeedAs(t, user, 'restart', '-t', '0', name);
    await waitUntil(
      'five lines',
      async () => (await user.mini('exec', name, 'wc', '-l', '/runs')).stdout === '5 /runs\n',
    );
    await succeedAs(t, user, 'stop', '-t', '0', name);
    await succeedAs(t, user, 'rm', name);
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);

testUnless(
  reason,
  'user-ids',
  'a container that was made with ids which the user no longer has is not started',
  async (t) => {
    const user = makeUserWithIds();
    const name = freshName();
    await succeedAs(t, user, 'create', '--name', name, ...rootfs(), 'true');
    user.grant('', '');
    t.deepEqual(await user.mini('start', name), {
      exitCode: 1,
      stdout: '',
      stderr:
        `failed to start container "${name}": it was made with ids that its user no longer has ` +
        `(user "${user.name}" has no ids in "/etc/subuid" and "/etc/subgid")\n` +
        `hint: as root, add the line "${user.name}:100000:65536" to /etc/subuid and to /etc/subgid\n`,
      signal: undefined,
    });
    await succeedAs(t, user, 'rm', name);
  },
);

testUnless(reason, 'user-ids', 'a newuidmap of somebody else’s in PATH is not run', async (t) => {
  const user = makeUserWithIds();
  const decoy = join(user.home, 'decoy');
  const program = ['#!/bin/sh', `touch ${join(user.home, 'called')}`, 'exit 0', ''].join('\n');
  mkdirSync(decoy);
  chmodSync(decoy, 0o755);
  for (const name of ['newuidmap', 'newgidmap']) writeFileSync(join(decoy, name), program, { mode: 0o755 });
  const env = { PATH: `${decoy}:${process.env.PATH}` };
  // It would be found.
  t.is((await user.run(['sh', '-c', 'command -v newuidmap'], { env })).stdout, `${decoy}/newuidmap\n`);
  t.like(await user.run([MINI, 'run', '--rm', '-u', '7', ...rootfs(), 'id', '-u'], { env }), {
    exitCode: 0,
    stdout: '7\n',
    stderr: '',
  });
  t.false(existsSync(join(user.home, 'called')));
});

testUnless(reason ?? whyNoPodman(), 'user-ids.podman', "the ids are podman's", async (t) => {
  const user = makeUserWithIds();
  user.grant(
    `${user.name}:4200000:10\n${user.id}:4200020:7\n`,
    `${user.id}:4300000:10\n${user.name}:4300020:10\n`,
  );
  const { exitCode, stdout, stderr } = await user.run(['podman', 'unshare', 'sh', '-c', MAPS]);
  t.is(exitCode, 0, stderr);
  t.is(await succeedAs(t, user, 'unshare', 'sh', '-c', MAPS), stdout);
  t.is(await succeedAs(t, user, 'run', '--rm', ...rootfs(), 'sh', '-c', MAPS), stdout);
});

function whyNoPodman(): string | undefined {
  return spawnSync('podman', ['--version']).status === 0 ? undefined : 'podman is not installed';
}

test('this machine keeps its own files', (t) => {
  t.false(readFileSync('/etc/passwd', 'utf8').includes('mini-e2e-ids'));
});
