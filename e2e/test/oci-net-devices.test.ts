import { execa } from 'execa';
import { makeBundle } from '../support/bundle.js';
import { whyNoProgram } from '../support/daemon.js';
import { freshId, ociWords } from '../support/oci.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const reason = whyNoProgram('ip', 'unshare');

/** Runs a container in a network namespace of the test's own, after a script there. */
async function run(script: string, netDevices: object, command: string, linux: object = {}) {
  const args = ['sh', '-c', command];
  const bundle = makeBundle({
    args,
    spec: { ociVersion: '1.3.0' },
    linux: { netDevices: netDevices as never, ...linux },
  });
  const words = ociWords(['run', '--bundle', bundle, freshId()]);
  const { exitCode, stdout, stderr } = await execa(
    'unshare',
    ['--net', 'sh', '-ec', `${script}\nexec "$@"`, 'sh', ...words],
    { reject: false, stdin: 'ignore' },
  );
  return { exitCode, stdout, stderr };
}

const PAIR = `
ip link add outer0 address 02:00:00:00:00:07 mtu 1400 type veth peer name outer1
ip link set outer1 up
ip addr add 10.9.8.7/24 dev outer0
ip addr add fd00::7/64 nodad dev outer0
`;

const netTest = (title: string, body: Parameters<typeof testUnless>[3]) =>
  testUnless(reason, 'oci.net-devices', title, body);

netTest("an interface of the host becomes the container's, with its addresses, and is on", async (t) => {
  const moved = await run(PAIR, { outer0: { name: 'inner' } }, 'ip addr show inner; ip route');
  t.deepEqual([moved.exitCode, moved.stderr], [0, '']);
  t.regex(moved.stdout, /inner@if\d+: <BROADCAST,MULTICAST,UP,LOWER_UP.*mtu 1400/);
  t.regex(moved.stdout, /link\/ether 02:00:00:00:00:07/);
  t.regex(moved.stdout, /inet 10\.9\.8\.7\/24 scope global inner/);
  t.regex(moved.stdout, /inet6 fd00::7\/64 scope global/);
  t.regex(moved.stdout, /^10\.9\.8\.0\/24 dev inner/m);
});

netTest('it keeps its name, or gets one that is free', async (t) => {
  t.is((await run(PAIR, { outer0: {} }, 'ls /sys/class/net')).stdout, 'lo\nouter0');
  t.is(
    (await run(PAIR, { outer0: { name: 'eth%d' }, outer1: {} }, 'ls /sys/class/net')).stdout,
    'eth0\nlo\nouter1',
  );
});

netTest('in a user namespace too', async (t) => {
  const ids = [{ containerID: 0, hostID: 100_000, size: 1000 }];
  const types = ['pid', 'network', 'ipc', 'uts', 'mount', 'user'];
  const linux = { namespaces: types.map((type) => ({ type })), uidMappings: ids, gidMappings: ids };
  t.is((await run(PAIR, { outer0: {} }, 'ls /sys/class/net', linux)).stdout, 'lo\nouter0');
});

netTest('what cannot be moved is named, and nothing is left', async (t) => {
  const before = takeSnapshot();
  const missing = await run('', { none0: {} }, 'true');
  t.deepEqual(missing, {
    exitCode: 1,
    stdout: '',
    stderr: 'failed to move the interface "none0" (linux.netDevices["none0"]): ENODEV no such device',
  });
  const taken = await run(PAIR, { outer0: { name: 'lo' } }, 'true');
  t.deepEqual(
    [taken.exitCode, taken.stderr],
    [1, 'failed to move the interface "outer0" (linux.netDevices["outer0"]): EEXIST file already exists'],
  );
  t.deepEqual(await differenceSince(before), NOTHING);
});
