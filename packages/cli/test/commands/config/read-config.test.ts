import test from 'ava';
import { readConfigFile } from '../../../src/commands/config/read-config.js';
import type { Failure } from '../../../src/commands/problem.js';
import type { RunDraft } from '../../../src/commands/run-draft.js';
import { fakeContext } from '../fake-context.js';

async function read(
  text: string | Uint8Array,
  path = '/etc/web.yaml',
): Promise<{ draft: RunDraft; messages: string[] }> {
  const failures: Failure[] = [];
  const draft = await readConfigFile(
    path,
    fakeContext({ env: { HOME: '/root' }, files: { [path]: text } }),
    failures,
  );
  return { draft, messages: failures.map(({ message }) => message) };
}

const full = `
name: web
rootfs: ./root:O
command: [sh, -c, "echo hi"]
entrypoint: /bin/env
env: { A: 1, B: "two words", C: true, D: 1.5, HOME: null }
workdir: /srv
user: 1000
hostname: web
memory: 64m
memorySwap: -1
cpus: 0.5
cpuShares: 512
pidsLimit: 20
cpusetCpus: 0
labels: { a: b }
annotations: [c=d, e]
mounts:
  - ./data:/data:ro
  - { type: bind, source: ../x, target: /x, readOnly: true, propagation: rslave, nonRecursive: true }
  - { type: tmpfs, target: /t, size: 1m, mode: "1777" }
tmpfs: [/run]
ulimits: { nofile: 10, core: -1 }
capAdd: [net_raw]
sysctls: { net.ipv4.ip_forward: 1 }
readOnly: true
tty: false
init: true
stopSignal: INT
network: host
`;

const expected: RunDraft = {
  name: 'web',
  root: { kind: 'directory', path: '/etc/root', overlay: true },
  command: ['sh', '-c', 'echo hi'],
  entrypoint: ['/bin/env'],
  env: ['A=1', 'B=two words', 'C=true', 'D=1.5', 'HOME=/root'],
  workdir: '/srv',
  user: '1000',
  hostname: 'web',
  resources: {
    memory: { limit: 64 * 1024 ** 2, swap: -1 },
    cpu: { quota: 50_000, period: 100_000, shares: 512, cpus: '0' },
    pids: { limit: 20 },
  },
  labels: { a: 'b' },
  annotations: { c: 'd', e: '' },
  mounts: [
    {
      type: 'bind',
      source: '/etc/data',
      target: '/data',
      options: ['rbind', 'rprivate', 'ro'],
      createSource: true,
      origin: 'mounts[0] "./data:/data:ro"',
    },
    {
      type: 'bind',
      source: '/x',
      target: '/x',
      options: ['bind', 'rslave', 'ro'],
      createSource: false,
      origin: 'mounts[1]',
    },
    {
      type: 'tmpfs',
      target: '/t',
      options: ['nosuid', 'nodev', 'noexec', 'size=1048576', 'mode=1777'],
      createSource: false,
      origin: 'mounts[2]',
    },
    {
      type: 'tmpfs',
      target: '/run',
      options: ['nosuid', 'nodev', 'noexec'],
      createSource: false,
      origin: '--tmpfs "/run"',
    },
  ],
  ulimits: [
    { type: 'RLIMIT_NOFILE', soft: 10, hard: 10 },
    { type: 'RLIMIT_CORE', soft: 2n ** 64n - 1n, hard: 2n ** 64n - 1n },
  ],
  capAdd: ['CAP_NET_RAW'],
  sysctls: { 'net.ipv4.ip_forward': '1' },
  readOnly: true,
  tty: false,
  init: true,
  stopSignal: 2,
  network: 'host',
};

test('a container in YAML', async (t) => {
  const { draft, messages } = await read(full);
  t.deepEqual(messages, []);
  t.deepEqual(draft, expected);
});

test('a container in JSON, in a file of either name', async (t) => {
  const json =
    '{"image": "host", "command": ["true"], "env": ["A=1", "HOME"], "memory": 1048576, "mounts": ["/a:/b"]}';
  for (const path of ['/etc/web.json', '/etc/web.yaml']) {
    const { draft, messages } = await read(json, path);
    t.deepEqual(messages, []);
    t.deepEqual(draft.settings, { image: 'host' });
    t.deepEqual(draft.command, ['true']);
    t.deepEqual(draft.env, ['A=1', 'HOME=/root']);
    t.deepEqual(draft.resources, { memory: { limit: 1048576 } });
  }
});

test('entrypoint and command may be one word, an empty one is none', async (t) => {
  const { draft } = await read('entrypoint: ""\ncommand: /bin/true\n');
  t.deepEqual(draft, { entrypoint: [], command: ['/bin/true'] });
});

test('all mistakes at once, each with its key', async (t) => {
  const { messages } = await read(`
image: host
rootfs: /x
nope: 1
rm: yes
memory: 1x
cpus: [1]
user: { id: 1 }
name:
env: { A: { b: 1 }, "": x }
labels: 5
ulimits: { nofile: "2:1" }
command: sh -c x
devices: /dev/fuse
mounts: [5, "a:/b", { type: bind, target: x, bar: 1 }, { type: bind, target: /x }, { type: tmpfs, target: /t, mode: 1777 }]
`);
  t.deepEqual(
    messages.map((message) => message.replace('failed to read the configuration "/etc/web.yaml": ', '')),
    [
      '"nope": there is no such key',
      'image: it excludes rootfs',
      'command: "sh -c x" has blanks in it, write a list of words',
      'mounts[0]: a string or a map is needed, not a number',
      'mounts[1] "a:/b": the volume name "a" cannot be used: it needs at least two characters',
      'mounts[2].bar: there is no such key',
      'mounts[3]: the source is missing',
      'mounts[4].mode: an octal number in quotes is needed, not a number',
      'name: a string or a number is needed, not nothing',
      'rm: true or false is needed, not a string',
      'labels: a list or a map is needed, not a number',
      'env.A: a string or a number is needed, not a map',
      'env. "=x": the name before "=" is empty in "=x"',
      'user: a string or a number is needed, not a map',
      'devices: a list is needed, not a string',
      'memory "1x": a size is a number and a unit b, k, m or g',
      'cpus: a string or a number is needed, not a list',
      'ulimits.nofile "nofile=2:1": the soft limit is above the hard one',
    ],
  );
});

const unreadable: readonly [string, string | Uint8Array, string][] = [
  [
    '/c.yaml',
    'a: [',
    'Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 5',
  ],
  ['/c.yaml', 'name: a\nname: b\n', 'Map keys must be unique at line 2, column 1'],
  ['/c.yaml', 'name: !!foo x\n', 'Unresolved tag: tag:yaml.org,2002:foo at line 1, column 7'],
  ['/c.yaml', '- a\n', 'it is not a map of keys and values'],
  ['/c.yaml', '', 'it is not a map of keys and values'],
  ['/c.json', '5', 'it is not a map of keys and values'],
  ['/c.yaml', new Uint8Array([0xff, 0xfe]), 'it is not UTF-8 text'],
];
for (const [path, text, reason] of unreadable) {
  test(`unreadable: ${JSON.stringify(text)} in ${path}`, async (t) => {
    t.deepEqual((await read(text, path)).messages, [`failed to read the configuration "${path}": ${reason}`]);
  });
}

test('broken JSON is refused in the words of the engine', async (t) => {
  const { messages } = await read('{"a": }', '/c.json');
  t.is(messages.length, 1);
  t.regex(messages[0]!, /^failed to read the configuration "\/c\.json": Unexpected token/);
});

test('a missing file', async (t) => {
  const failures: Failure[] = [];
  await readConfigFile('/gone.yaml', fakeContext(), failures);
  t.deepEqual(
    failures.map(({ message }) => message),
    ['failed to read the configuration "/gone.yaml": ENOENT no such file or directory'],
  );
});

test('a bomb of aliases is refused', async (t) => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (let index = 1; index < 9; index++) {
    const [name, before] = ['abcdefghi'[index], 'abcdefghi'[index - 1]];
    lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`);
  }
  t.deepEqual((await read(lines.join('\n'))).messages, [
    'failed to read the configuration "/etc/web.yaml": Excessive alias count indicates a resource exhaustion attack',
  ]);
});
