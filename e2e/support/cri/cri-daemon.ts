import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileProgram } from '../compile-program.js';
import { type Daemon, daemonDirectory, startDaemon } from '../daemon.js';
import { busyboxLayer, file, layerOf, writeArchive } from '../image-archive.js';
import { MINI_OCI } from '../oci.js';
import { type CriClient, connectCri } from './cri-client.js';

export const PAUSE_IMAGE = 'example.test/pause:1';
export const BOX_IMAGE = 'example.test/box:1';
/** The address that the network of each pod gets. */
export const POD_ADDRESS = '10.99.0.2';

/** A containerd with CRI, of a test's own, for which mini-oci is the runtime. */
export interface CriDaemon extends Daemon {
  readonly client: CriClient;
  /** The directory where pods write their logs. */
  readonly logs: string;
}

export async function startCri(): Promise<CriDaemon> {
  const directory = daemonDirectory('cri');
  const socket = join(directory, 'sock');
  writeNetworkPlugin(directory);
  const config = join(directory, 'config.toml');
  writeFileSync(config, describeConfig(directory, socket));
  const daemon = await startDaemon(
    directory,
    inOwnMounts(directory, ['containerd', '--config', config]),
    () => existsSync(socket),
  );
  const archive = await writeArchive([
    { names: [BOX_IMAGE], config: { Env: ['PATH=/bin'], Cmd: ['sh'] }, layers: [await busyboxLayer()] },
    { names: [PAUSE_IMAGE], config: { Entrypoint: ['/pause'] }, layers: [await pauseLayer()] },
  ]);
  const words = ['-a', socket, '-n', 'k8s.io', 'images', 'import', '--snapshotter', 'native', archive];
  execFileSync('ctr', words);
  const client = connectCri(socket);
  const logs = join(directory, 'logs');
  mkdirSync(logs);
  return {
    directory,
    client,
    logs,
    async stop() {
      client.close();
      await daemon.stop();
    },
  };
}

/**
 * What it mounts is gone with it, and can be shared with containers without reaching the machine. It counts nothing of a
 * process that is in a tree of control groups that is mounted nowhere, as one of huge pages that somebody left.
 */
function inOwnMounts(directory: string, words: readonly string[]): string[] {
  const script = `
mount --make-rshared /
if grep -q :hugetlb: /proc/self/cgroup && ! grep -q 'cgroup.*[ ,]hugetlb' /proc/self/mounts; then
  mkdir ${directory}/hugetlb
  mount -t cgroup -o hugetlb cgroup ${directory}/hugetlb
fi
exec "$@"`;
  return ['unshare', '--mount', '--propagation', 'private', 'sh', '-ec', script, 'sh', ...words];
}

function describeConfig(directory: string, socket: string): string {
  return `version = 2
root = "${directory}/root"
state = "${directory}/state"
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  tolerate_missing_hugetlb_controller = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${directory}/cni"
  conf_dir = "${directory}/net.d"
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "native"
  default_runtime_name = "mini"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.mini]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.mini.options]
  BinaryName = "${MINI_OCI}"
  Root = "${directory}/mini-oci"
`;
}

/** A network of the test's own: an interface in each pod's namespace that leads nowhere. */
function writeNetworkPlugin(directory: string): void {
  const plugin = `#!/bin/sh -e
cat >/dev/null
if [ "$CNI_COMMAND" = VERSION ]; then echo '{"cniVersion":"0.4.0","supportedVersions":["0.4.0"]}'; exit; fi
enter() { nsenter --net="$CNI_NETNS" "$@"; }
if [ "$CNI_COMMAND" = ADD ] && [ "$CNI_IFNAME" = lo ]; then
  enter ip link set lo up >&2
  echo '{"cniVersion":"0.4.0"}'
elif [ "$CNI_COMMAND" = ADD ]; then
  enter ip link add "$CNI_IFNAME" type veth >&2
  enter ip addr add ${POD_ADDRESS}/24 dev "$CNI_IFNAME" >&2
  echo '{"cniVersion":"0.4.0","interfaces":[{"name":"'"$CNI_IFNAME"'","sandbox":"'"$CNI_NETNS"'"}],'\\
'"ips":[{"version":"4","interface":0,"address":"${POD_ADDRESS}/24"}]}'
fi
`;
  mkdirSync(join(directory, 'cni'));
  mkdirSync(join(directory, 'net.d'));
  const path = join(directory, 'cni/own');
  writeFileSync(path, plugin);
  chmodSync(path, 0o755);
  copyFileSync(path, join(directory, 'cni/loopback'));
  const list = { cniVersion: '0.4.0', name: 'own', plugins: [{ type: 'own' }] };
  writeFileSync(join(directory, 'net.d/own.conflist'), JSON.stringify(list));
}

async function pauseLayer(): Promise<Buffer> {
  const program = readFileSync(compileProgram('pause', {}, ['-static']));
  const { entry } = file('pause', '', { mode: 0o755, sizeBytes: program.length });
  return await layerOf({ entry, content: [program] });
}
