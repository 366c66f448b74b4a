import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { assertRefused, scratchDirectory, scratchFile } from '../support/bad.js';
import { mini } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';

const root = busyboxRoot();
const scratch = scratchDirectory();
chmodSync(scratch, 0o755);
scratchFile('shared.txt', 'from the host\n');
scratchFile('variables', 'FROM_FILE=1\n');

const SCRIPT =
  'hostname; id -u; pwd; env | sort; cat /mnt/shared.txt; ulimit -n; grep -c " /scratch " /proc/mounts; touch /x 2>&1';

const CONTAINER = {
  name: 'e2e-configured',
  rootfs: root,
  entrypoint: ['sh', '-c'],
  command: [SCRIPT],
  hostname: 'configured',
  user: 1000,
  workdir: '/tmp',
  env: { A: 'one', N: 2, FLAG: true },
  envFiles: [join(scratch, 'variables')],
  memory: '64m',
  pidsLimit: 20,
  cpus: 0.5,
  readOnly: true,
  rm: true,
  ulimits: { nofile: '64:128' },
  mounts: [
    { type: 'bind', source: '.', target: '/mnt', readOnly: true },
    { type: 'tmpfs', target: '/scratch', size: '1m' },
  ],
};

const EXPECTED = [
  'configured',
  '1000',
  '/tmp',
  'A=one',
  'FLAG=true',
  'FROM_FILE=1',
  'HOME=/home/app',
  'HOSTNAME=configured',
  'N=2',
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'PWD=/tmp',
  'SHLVL=1',
  'from the host',
  '64',
  '1',
  'touch: /x: Read-only file system',
  '',
].join('\n');

const YAML = `
# The same container, as a person writes it.
name: e2e-configured
rootfs: ${root}
entrypoint: [sh, -c]
command:
  - ${JSON.stringify(SCRIPT)}
hostname: configured
user: 1000
workdir: /tmp
env:
  A: one
  N: 2
  FLAG: true
envFiles: [variables]
memory: 64m
pidsLimit: 20
cpus: 0.5
readOnly: true
rm: true
ulimits: [nofile=64:128]
mounts:
  - .:/mnt:ro
  - type: tmpfs
    target: /scratch
    size: 1m
`;

const run = async (file: string, ...words: string[]) => mini(['run', '--config', file, ...words]);

test('a container described in JSON', async (t) => {
  const { stdout, stderr, exitCode } = await run(scratchFile('container.json', JSON.stringify(CONTAINER)));
  t.deepEqual({ stdout, stderr, exitCode }, { stdout: EXPECTED, stderr: '', exitCode: 1 });
});

test('the same one in YAML, paths relative to the file', async (t) => {
  const file = scratchFile('container.yaml', YAML);
  const { stdout, stderr, exitCode } = await mini(['run', '--config', file], { cwd: '/' });
  t.deepEqual({ stdout, stderr, exitCode }, { stdout: EXPECTED, stderr: '', exitCode: 1 });
});

test('both give the same plan', async (t) => {
  const json = await mini([
    'run',
    '--explain',
    '--config',
    scratchFile('same.json', JSON.stringify(CONTAINER)),
  ]);
  const yaml = await mini(['run', '--explain', '--config', scratchFile('same.yaml', YAML)]);
  t.is(json.exitCode, 0);
  t.deepEqual(json, yaml);
});

test('flags win over the file', async (t) => {
  const file = scratchFile('flags.yaml', YAML);
  const script =
    'hostname; id -u; echo $A $B; ulimit -n; cat /mnt/shared.txt || echo hidden; touch /x && rm /x && echo writable';
  const { stdout } = await run(
    file,
    ...['-h', 'flagged', '-u', '0', '-e', 'A=two', '-e', 'B=3', '--ulimit', 'nofile=70', '--tmpfs', '/mnt'],
    ...['--read-only=false', '--', script],
  );
  t.is(stdout, 'flagged\n0\ntwo 3\n70\nhidden\nwritable\n');
});

test('--rootfs wins over the image of the file', async (t) => {
  const file = scratchFile('image.yaml', 'image: host\ncommand: [sh, -c, echo from the file]\nrm: true\n');
  t.is((await run(file)).stdout, 'from the file\n');
  t.is((await run(file, 'echo', 'from the line')).stdout, 'from the line\n');
  const { stdout } = await run(file, '--rootfs', root, 'cat', '/etc/os-release');
  t.regex(stdout, /busybox/i);
});

test('limits of the file are set', async (t) => {
  const file = scratchFile('limits.json', JSON.stringify({ rootfs: root, rm: true, pidsLimit: 3 }));
  const { stderr, exitCode } = await run(file, 'sh', '-c', 'true | true | true | true; echo never');
  t.is(stderr, "sh: can't fork: Resource temporarily unavailable\n");
  t.is(exitCode, 2);
});

const broken: readonly (readonly [
  title: string,
  name: string,
  content: string,
  reasons: readonly string[],
])[] = [
  ['an unknown key', 'key.yaml', 'rootfs: /\nmemroy: 1g\n', ['"memroy": there is no such key']],
  [
    'values of wrong types, all at once',
    'types.json',
    '{"rootfs": 7, "env": 5, "readOnly": "yes", "mounts": {}, "command": "a b"}',
    [
      'command: "a b" has blanks in it, write a list of words',
      'mounts: a list is needed, not a map',
      'env: a list or a map is needed, not a number',
      'readOnly: true or false is needed, not a string',
    ],
  ],
  [
    'values that no flag would take',
    'values.yaml',
    'rootfs: /\nmemory: lots\nnetwork: bridge\nulimits: {warp: 1}\nmounts: [{type: bind, target: /x}]\n',
    [
      'mounts[0]: the source is missing',
      'memory "lots": a size is a number and a unit b, k, m or g',
      'network "bridge": only "none" and "host" are supported yet',
      'ulimits.warp "warp=1": there is no limit "warp"',
    ],
  ],
  ['image and rootfs', 'both.yaml', 'rootfs: /\nimage: host\n', ['image: it excludes rootfs']],
  ['a list', 'list.yaml', '- rootfs\n', ['it is not a map of keys and values']],
  ['an empty file', 'empty.yaml', '', ['it is not a map of keys and values']],
];

for (const [title, name, content, reasons] of broken) {
  test(`a broken file: ${title}`, async (t) => {
    const file = scratchFile(name, content);
    const { stdout, stderr, exitCode } = await run(file, 'true');
    const lines = stderr
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('hint: '));
    t.deepEqual(
      lines,
      reasons.map((reason) => `failed to read the configuration "${file}": ${reason}`),
    );
    t.deepEqual([stdout, exitCode], ['', 125]);
  });
}

test('a file that is missing, a directory, or no text', async (t) => {
  const cases = [
    [join(scratch, 'missing.yaml'), 'ENOENT no such file or directory'],
    [scratch, 'EISDIR illegal operation on a directory'],
    [scratchFile('bytes.yaml', new Uint8Array([0xff, 0xfe])), 'it is not UTF-8 text'],
  ] as const;
  for (const [file, reason] of cases) {
    const stderr = `failed to read the configuration "${file}": ${reason}`;
    await assertRefused(t, { title: '', args: ['run', '--config', file, 'true'], stderr });
  }
});

test('a file that cannot be parsed names the place', async (t) => {
  const yaml = scratchFile('broken.yaml', 'rootfs: /\nenv: {A: 1\n');
  const json = scratchFile('broken.json', '{"rootfs": }');
  const first = await run(yaml, 'true');
  t.regex(
    first.stderr,
    /^failed to read the configuration "[^"]+broken\.yaml": [^\n]+ at line \d+, column \d+\n$/,
  );
  const second = await run(json, 'true');
  t.regex(second.stderr, /^failed to read the configuration "[^"]+broken\.json": [^\n]+JSON[^\n]*\n$/);
  t.deepEqual([first.exitCode, second.exitCode], [125, 125]);
});

test('tags, anchors without end and other tricks of YAML do nothing', async (t) => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(8)}]`),
  ].join('\n');
  writeFileSync(join(scratch, 'bomb.yaml'), bomb);
  const { stderr, exitCode } = await run(join(scratch, 'bomb.yaml'), 'true');
  t.is(exitCode, 125);
  t.regex(stderr, /^failed to read the configuration /);
});
