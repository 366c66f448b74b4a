import { isRuntimeError } from '@mini/contracts';
import test from 'ava';
import { readWords } from '../../src/commands/command-line/read-words.js';
import { RUN_OPTIONS } from '../../src/commands/options/run.js';
import { type RunRequest, readRunRequest } from '../../src/commands/run-request.js';
import { withDefaults } from '../../src/engine/run-options.js';
import { type FakeWorld, fakeContext } from './fake-context.js';

function request(words: readonly string[], world: FakeWorld = {}): Promise<RunRequest> {
  return readRunRequest(readWords(words, RUN_OPTIONS), fakeContext(world));
}

async function refusal(
  words: readonly string[],
  world: FakeWorld = {},
): Promise<{ lines: string[]; hint: unknown }> {
  try {
    await request(words, world);
  } catch (error) {
    if (!isRuntimeError(error) || error.code !== 'bad-option') throw error;
    return { lines: error.message.split('\n'), hint: error.context.hint };
  }
  throw new Error('it was accepted');
}

test('the defaults are those of the engine', async (t) => {
  t.deepEqual(await request(['host', 'true']), {
    options: withDefaults({ root: { kind: 'host' }, command: ['true'] }),
    settings: {},
  });
});

test('every flag at once', async (t) => {
  const world = {
    env: { COPIED: 'yes' },
    files: { vars: 'A=file\nB=file\n', labels: 'l=file\nm=file' },
    devices: { '/dev/sda': 0x0800 },
  };
  const words = `-it --name web --rm -e A=flag -e COPIED --env-file vars -w /w -u 1:2 --group-add adm -h web.local
    -v ./x:/x:ro --mount type=tmpfs,target=/y --tmpfs /z --read-only --cap-add net_raw --cap-drop ALL
    --ulimit nofile=5 --ulimit nofile=6:7 --shm-size 1m --sysctl net.ipv4.ip_forward=1 --device /dev/fuse
    --entrypoint /bin/sh --net none --pid host --ipc host --uts private --cidfile id --stop-signal int -l l=flag
    --label-file labels --annotation a=b -q --init --security-opt no-new-privileges=false --sig-proxy=false
    --rootfs root:O --explain --format json --log-level debug --log-format json
    -m 64m --memory-swap 128m --memory-reservation 32m --memory-swappiness 10 --cpus 0.5 -c 512 --cpuset-cpus 0-1
    --cpuset-mems 0 --pids-limit 10 --blkio-weight 500 --device-read-bps /dev/sda:1m --device-write-bps /dev/sda:2m
    --device-read-iops /dev/sda:3 --device-write-iops /dev/sda:4`;
  const { options, settings } = await request(words.split(/\s+/), world);
  t.deepEqual(settings, { explain: true, format: 'json', quiet: true, sigProxy: false });
  t.deepEqual(options, {
    ...withDefaults({ root: { kind: 'directory', path: '/project/root', overlay: true } }),
    command: [],
    entrypoint: ['/bin/sh'],
    name: 'web',
    rm: true,
    env: ['A=file', 'B=file', 'A=flag', 'COPIED=yes'],
    workdir: '/w',
    user: '1:2',
    groupAdd: ['adm'],
    hostname: 'web.local',
    mounts: [
      {
        type: 'bind',
        source: '/project/x',
        target: '/x',
        options: ['rbind', 'rprivate', 'ro'],
        createSource: true,
        origin: '-v "./x:/x:ro"',
      },
      {
        type: 'tmpfs',
        target: '/y',
        options: ['nosuid', 'nodev', 'noexec'],
        createSource: false,
        origin: '--mount "type=tmpfs,target=/y"',
      },
      {
        type: 'tmpfs',
        target: '/z',
        options: ['nosuid', 'nodev', 'noexec'],
        createSource: false,
        origin: '--tmpfs "/z"',
      },
    ],
    readOnly: true,
    capAdd: ['CAP_NET_RAW'],
    capDrop: ['ALL'],
    noNewPrivileges: false,
    ulimits: [{ type: 'RLIMIT_NOFILE', soft: 6, hard: 7 }],
    shmSizeBytes: 1024 ** 2,
    sysctls: { 'net.ipv4.ip_forward': '1' },
    devices: [{ hostPath: '/dev/fuse', containerPath: '/dev/fuse', access: 'rwm' }],
    network: 'none',
    pid: 'host',
    ipc: 'host',
    uts: 'private',
    cgroupns: 'private',
    resources: {
      memory: { limit: 64 * 1024 ** 2, swap: 128 * 1024 ** 2, reservation: 32 * 1024 ** 2, swappiness: 10 },
      cpu: { quota: 50_000, period: 100_000, shares: 512, cpus: '0-1', mems: '0' },
      pids: { limit: 10 },
      blockIO: {
        weight: 500,
        throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1024 ** 2 }],
        throttleWriteBpsDevice: [{ major: 8, minor: 0, rate: 2 * 1024 ** 2 }],
        throttleReadIOPSDevice: [{ major: 8, minor: 0, rate: 3 }],
        throttleWriteIOPSDevice: [{ major: 8, minor: 0, rate: 4 }],
      },
    },
    interactive: true,
    tty: true,
    init: true,
    cidfile: '/project/id',
    stopSignal: 2,
    labels: { l: 'flag', m: 'file' },
    annotations: { a: 'b' },
  });
});

test('the later of two scalars wins', async (t) => {
  const { options } = await request(['--name', 'one', '--name', 'two', '--rm', '--rm=false', 'host', 'true']);
  t.is(options.name, 'two');
  t.false(options.rm);
});

test('limits that say "none" are not there', async (t) => {
  const memory = '-m 0 --memory-swap 0 --memory-reservation 0 --memory-swappiness -1';
  const others = '-c 0 --cpu-period 0 --cpu-quota 0 --blkio-weight 0 --pids-limit 0 --shm-size 0';
  const { options } = await request(`${memory} ${others} host true`.split(' '));
  t.deepEqual(options.resources, { pids: { limit: -1 } });
  t.is(options.shmSizeBytes, 64 * 1024 ** 2);
  t.deepEqual((await request(['--cpus', '0', 'host', 'true'])).options.resources.cpu, {});
});

test('everything behind the image is the command', async (t) => {
  const { options } = await request(['--rm', 'host', 'sh', '-c', 'x', '--rm=false', '--', '-e']);
  t.deepEqual(options.command, ['sh', '-c', 'x', '--rm=false', '--', '-e']);
  t.true(options.rm);
});

test('with --rootfs all operands are the command', async (t) => {
  const { options } = await request(['--rootfs', '/r', 'host', 'x']);
  t.deepEqual(options.command, ['host', 'x']);
  t.deepEqual(options.root, { kind: 'directory', path: '/r', overlay: false });
});

test('the image has a command of its own', async (t) => {
  t.deepEqual((await request(['host'])).options.command, []);
});

test('messages of mini create speak of that', async (t) => {
  const line = readWords(['--rootfs', '/r'], RUN_OPTIONS);
  const error = await t.throwsAsync(readRunRequest(line, fakeContext(), 'create'));
  t.is(error?.message, 'failed to create a container: the command is missing');
});

test('an empty entrypoint is kept: it resets', async (t) => {
  t.deepEqual((await request(['--entrypoint', '', 'host', 'true'])).options.entrypoint, []);
  t.deepEqual((await request(['--entrypoint=', 'host', 'true'])).options.entrypoint, []);
});

const usage = 'mini run [FLAGS] IMAGE|--rootfs DIR [COMMAND] [ARG...]';
const missing: readonly [string[], string][] = [
  [[], 'failed to run a container: the image (or --rootfs DIR) and the command are missing'],
  [['--rootfs', '/r'], 'failed to run a container: the command is missing'],
  [['--entrypoint', '', 'host'], 'failed to run a container: the command is missing'],
  [['--entrypoint', 'sh'], 'failed to run a container: the image (or --rootfs DIR) is missing'],
  [['host', ''], 'failed to run a container: the command is empty'],
];
for (const [words, message] of missing) {
  test(`missing: mini run ${JSON.stringify(words)}`, async (t) => {
    t.deepEqual(await refusal(words), { lines: [message], hint: usage });
  });
}

test('all bad flags are reported at once, by the short name they have', async (t) => {
  const { lines, hint } = await refusal(
    '--name x -m 1x --memory-swap=1y --rm=maybe -v a:/x --net bridge --env-file gone --log-level loud host true'.split(
      ' ',
    ),
  );
  t.deepEqual(lines, [
    'failed to parse --name "x": a name has 2 to 128 of the characters a-z, A-Z, 0-9, "_", "." and "-" and begins with a letter or digit',
    'failed to parse --rm "maybe": "true" or "false" is needed',
    'failed to read --env-file "gone": ENOENT no such file or directory',
    'failed to parse -v "a:/x": the volume name "a" cannot be used: it needs at least two characters',
    'failed to parse -m "1x": a size is a number and a unit b, k, m or g',
    'failed to parse --memory-swap "1y": a size is a number and a unit b, k, m or g',
    'failed to parse --network "bridge": only "none" and "host" are supported yet',
    'failed to parse --log-level "loud": it must be one of debug, info, warn, error',
  ]);
  t.is(hint, 'a path of the host is absolute or begins with "./"; write it like 64m or 1.5g');
});

const refused: readonly [string, string][] = [
  ['--format json host true', 'failed to parse --format "json": it goes with --explain only'],
  ['--explain --format yaml host true', 'failed to parse --format "yaml": only "json" is supported'],
  [
    '--cpus 1 --cpu-quota 5000 host true',
    'failed to parse --cpus "1": it excludes --cpu-quota and --cpu-period',
  ],
  ['--memory-swap 1g host true', 'failed to parse --memory-swap "1073741824": it needs --memory too'],
  [
    '-m 2g --memory-swap 1g host true',
    'failed to parse --memory-swap "1073741824": it is memory and swap together and must not be below the memory limit 2147483648',
  ],
  [
    '-m 1m --memory-reservation 2m host true',
    'failed to parse --memory-reservation "2097152": it must not be above the memory limit 1048576',
  ],
  [
    '--sysctl kernel.panic=1 host true',
    'failed to set --sysctl "kernel.panic": it belongs to the whole machine, not to a namespace',
  ],
  [
    '--sysctl net.x.y=1 --net host host true',
    'failed to set --sysctl "net.x.y": with --network host it would change the host',
  ],
  [
    '--sysctl kernel.shmmax=1 --ipc host host true',
    'failed to set --sysctl "kernel.shmmax": with --ipc host it would change the host',
  ],
  [
    '-h web --uts host host true',
    'failed to set the hostname "web": with --uts host it would change the host',
  ],
  ['-v /a:/x --tmpfs /x/ host true', 'failed to parse --tmpfs "/x/": the target "/x" is taken by -v "/a:/x"'],
  [
    '--cpu-quota 999 host true',
    'failed to parse --cpu-quota "999": a whole number 1000 or more is needed or -1 or 0',
  ],
  ['--rootfs= true', 'failed to parse --rootfs "": the path is empty'],
  ['--config= host true', 'failed to parse --config "": the path is empty'],
];
for (const [words, message] of refused) {
  test(`refused: mini run ${words}`, async (t) => {
    t.deepEqual((await refusal(words.split(' '))).lines, [message]);
  });
}

test('unlimited swap goes without a memory limit', async (t) => {
  t.deepEqual((await request(['--memory-swap', '-1', 'host', 'true'])).options.resources, {
    memory: { swap: -1 },
  });
});
