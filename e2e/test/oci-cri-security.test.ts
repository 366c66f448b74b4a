import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { whyNoCompiler } from '../support/compile-program.js';
import { type CriDaemon, startCri } from '../support/cri/cri-daemon.js';
import { type Pod, runPod } from '../support/cri/pod.js';
import { whyNoProgram } from '../support/daemon.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';

const reason = whyNoProgram('containerd', 'ctr', 'ip', 'nsenter') ?? whyNoCompiler();
let cri: CriDaemon;
let pod: Pod;

test.before(async () => {
  if (reason !== undefined) return;
  cri = await startCri();
  pod = await runPod(cri);
});

test.after.always(async () => {
  await pod?.remove();
  await cri?.stop();
});

const criTest = (title: string, body: Parameters<typeof testUnless>[3]) =>
  testUnless(reason, 'oci.cri', `CRI: ${title}`, body);

/** What a shell says in a container with this security context. */
async function ask(security_context: object, script: string, more: object = {}): Promise<string> {
  const container = await pod.run(['sleep', '1000'], { security_context }, more);
  const { exitCode, stdout, stderr } = await container.exec('sh', '-c', script);
  await cri.client.runtime('StopContainer', { container_id: container.id, timeout: 0 });
  return exitCode === 0 ? stdout.trim() : `${exitCode}: ${stderr}`;
}

/** A line of the status of the container's first process. */
const status = (security_context: object, name: string) =>
  ask(security_context, `sed -n 's/^${name}:[[:space:]]*//p' /proc/1/status`);

criTest('user, group and groups', async (t) => {
  const user = { run_as_user: { value: 7 }, run_as_group: { value: 8 }, supplemental_groups: [9, 10] };
  t.is(await ask(user, 'id -u; id -g; id -G'), '7\n8\n8 9 10');
});

criTest('capabilities', async (t) => {
  t.is(await status({ capabilities: { drop_capabilities: ['ALL'] } }, 'CapEff'), '0000000000000000');
  const one = { add_capabilities: ['NET_ADMIN'], drop_capabilities: ['ALL'] };
  t.is(await status({ capabilities: one }, 'CapEff'), '0000000000001000');
  t.is(await status({ capabilities: one }, 'CapBnd'), '0000000000001000');
});

criTest('a root that cannot be written, and no new privileges', async (t) => {
  t.is(await ask({ readonly_rootfs: true }, 'touch /x 2>/dev/null || echo no'), 'no');
  t.is(await ask({}, 'touch /x && echo yes'), 'yes');
  t.is(await status({ no_new_privs: true }, 'NoNewPrivs'), '1');
  t.is(await status({ no_new_privs: false }, 'NoNewPrivs'), '0');
});

criTest('seccomp: none, the default of containerd, and a profile of the machine', async (t) => {
  t.is(await status({ seccomp: { profile_type: 'Unconfined' } }, 'Seccomp'), '0');
  t.is(await status({ seccomp: { profile_type: 'RuntimeDefault' } }, 'Seccomp'), '2');
  const localhost_ref = join(freshDirectory('profile'), 'no-mkdir.json');
  const syscalls = [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 }];
  writeFileSync(localhost_ref, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }));
  const own = { seccomp: { profile_type: 'Localhost', localhost_ref } };
  t.is(
    await ask(own, 'mkdir /tmp/x 2>&1 || true'),
    "mkdir: can't create directory '/tmp/x': Operation not permitted",
  );
});

criTest('masked and read-only paths', async (t) => {
  const paths = { masked_paths: ['/proc/meminfo', '/no/such'], readonly_paths: ['/proc/sys'] };
  t.is(
    await ask(paths, 'wc -c </proc/meminfo; echo x 2>/dev/null >/proc/sys/kernel/hostname || echo no'),
    '0\nno',
  );
  t.not(await ask({}, 'cat /proc/meminfo | wc -c'), '0');
});

criTest('a privileged container sees the devices of the machine', async (t) => {
  const privileged = await runPod(cri, undefined, { privileged: true });
  const container = await privileged.run(['sleep', '1000'], { security_context: { privileged: true } });
  t.is(
    (await container.exec('sh', '-c', 'test -e /dev/kmsg && grep -c Seccomp:.*0 /proc/1/status')).stdout,
    '1\n',
  );
  await privileged.remove();
});

criTest('mounts, and how they are shared', async (t) => {
  const directory = join(cri.directory, 'given');
  mkdirSync(join(directory, 'below'), { recursive: true });
  writeFileSync(join(directory, 'file'), 'text');
  const mount = (propagation: string, readonly = false) => ({
    mounts: [{ container_path: '/m', host_path: directory, propagation, readonly }],
  });
  const isShared = "grep ' /m ' /proc/self/mountinfo | grep -o 'shared\\|master' || echo private";
  t.is(await ask({}, `cat /m/file; echo; ${isShared}`, mount('PROPAGATION_PRIVATE')), 'text\nprivate');
  t.is(await ask({}, isShared, mount('PROPAGATION_HOST_TO_CONTAINER')), 'master');
  t.is(await ask({}, isShared, mount('PROPAGATION_BIDIRECTIONAL')), 'shared');
  t.is(await ask({}, 'touch /m/x 2>/dev/null || echo no', mount('PROPAGATION_PRIVATE', true)), 'no');
});

criTest('working directory, variables and a device', async (t) => {
  const more = {
    working_dir: '/made',
    envs: [{ key: 'A', value: 'b c' }],
    devices: [{ container_path: '/dev/nothing', host_path: '/dev/null', permissions: 'rw' }],
  };
  t.is(await ask({}, 'pwd; echo "$A"; cat /dev/nothing && echo empty', more), '/made\nb c\nempty');
});

criTest(
  'namespaces of processes: of the pod, of each container, of the machine, of another container',
  async (t) => {
    const names = async (target: Pod, linux: object = {}) => {
      const container = await target.run(['sleep', '1000'], linux);
      return (await container.exec('cat', '/proc/1/comm')).stdout.trim();
    };
    t.is(await names(pod), 'sleep');
    const shared = await runPod(cri, { network: 'NODE', pid: 'POD' });
    t.is(await names(shared), 'pause');
    await shared.remove();
    const machine = await runPod(cri, { network: 'NODE', pid: 'NODE' });
    t.not(await names(machine), 'sleep');
    await machine.remove();
    const first = await pod.run(['sh', '-c', 'echo ready; sleep 1000; true'], {}, { log_path: 'first' });
    const namespace_options = { network: 'NODE', pid: 'TARGET', target_id: first.id };
    t.is(await names(pod, { security_context: { namespace_options } }), 'sh');
  },
);
