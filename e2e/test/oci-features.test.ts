import { existsSync, readFileSync } from 'node:fs';
import { parseFeatures } from '@mini/contracts/validation';
import test from 'ava';
import { makeBundle } from '../support/bundle.js';
import { freshId, oci } from '../support/oci.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const hasAppArmor =
  existsSync('/sys/module/apparmor/parameters/enabled') &&
  readFileSync('/sys/module/apparmor/parameters/enabled', 'utf8').trim() === 'Y';
const hasSelinux = existsSync('/sys/fs/selinux/policyvers');

async function readFeatures() {
  return parseFeatures((await oci(['features'])).stdout);
}

test('features tell what mini-oci does, and of the kernel what is there', async (t) => {
  const { linux, ...features } = await readFeatures();
  t.like(features, { ociVersionMin: '1.0.0', potentiallyUnsafeConfigAnnotations: ['org.systemd.property.'] });
  t.true(features.mountOptions!.includes('rro'));
  t.deepEqual(linux!.apparmor, { enabled: hasAppArmor });
  t.deepEqual(linux!.selinux, { enabled: hasSelinux });
  t.deepEqual(linux!.intelRdt, { enabled: false });
  t.true(linux!.seccomp!.supportedFlags!.includes('SECCOMP_FILTER_FLAG_LOG'));
  for (const type of linux!.namespaces!) {
    const { exitCode } = await oci([
      'run',
      '--bundle',
      makeBundle({ linux: namespacesWith(type) }),
      freshId(),
    ]);
    t.is(exitCode, 0, type);
  }
});

function namespacesWith(type: string) {
  const types = new Set(['pid', 'mount', 'uts', type]);
  const isUser = type === 'user';
  return {
    namespaces: [...types].map((each) => ({ type: each as 'pid' })),
    ...(isUser ? { uidMappings: WHOLE, gidMappings: WHOLE } : {}),
  };
}

const WHOLE = [{ containerID: 0, hostID: 0, size: 65536 }];

test('labels that the kernel does not have are refused, with the field named', async (t) => {
  const before = takeSnapshot();
  const cases = [
    [
      !hasAppArmor,
      { process: { apparmorProfile: 'p' } },
      'the process: this kernel has no AppArmor (process.apparmorProfile)',
    ],
    [
      !hasSelinux,
      { process: { selinuxLabel: 'l' } },
      'the process: this kernel has no SELinux (process.selinuxLabel)',
    ],
    [
      !hasSelinux,
      { linux: { mountLabel: 'l' } },
      'the mounts: this kernel has no SELinux (linux.mountLabel)',
    ],
  ] as const;
  for (const [isMissing, request, reason] of cases) {
    if (!isMissing) continue;
    const { exitCode, stderr } = await oci(['create', '--bundle', makeBundle(request), freshId()]);
    t.deepEqual([exitCode, stderr], [1, `failed to label ${reason}\n`]);
  }
  t.deepEqual(await differenceSince(before), NOTHING);
});

test("exec: labels of the command line are the process's", async (t) => {
  const id = freshId();
  const bundle = makeBundle({ args: ['sleep', '100'], process: { apparmorProfile: 'unconfined' } });
  t.is((await oci(['run', '--detach', '--bundle', bundle, id], { stdio: 'ignore' })).exitCode, 0);
  const exec = (...flags: string[]) => oci(['exec', ...flags, id, 'cat', '/proc/self/attr/current']);
  if (hasAppArmor) t.regex((await exec('--apparmor', 'unconfined')).stdout, /^unconfined/);
  else {
    t.is((await exec('--apparmor', 'unconfined')).stderr.replace(/^cat: .*\n/, ''), '');
    t.like(await exec('--apparmor', 'p'), {
      exitCode: 255,
      stderr: 'failed to label the process: this kernel has no AppArmor (process.apparmorProfile)\n',
    });
  }
  if (!hasSelinux) {
    t.like(await exec('--process-label', 'l'), {
      exitCode: 255,
      stderr: 'failed to label the process: this kernel has no SELinux (process.selinuxLabel)\n',
    });
  }
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
});
