import { accessSync, constants, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CLONE } from '@mini/contracts';
import test from 'ava';
import { drive } from './support/driver.js';
import { sixNamespaces, skipReason } from './support/root.js';

const it = skipReason === undefined ? test : test.skip;
if (skipReason !== undefined) console.log(`skipped: launching, it ${skipReason}`);

const ENOENT = 2;
const EBADF = 9;
const EACCES = 13;
const EINVAL = 22;
const EMFILE = 24;
const ENOSPC = 28;
/** The two calls that a seccomp filter of an older engine does not know. */
const filtered = ['enosys', 'no-close-range'];
const shell = ['/bin/busybox', 'sh'];
const filters: readonly [name: string, options: string[]][] = [
  ['clone3', []],
  ['the older calls', filtered],
];

const failed = (stage: number, errno: number) =>
  `launch stage=${stage} error=${errno} descriptors=+0 child=none`;

for (const [name, options] of filters) {
  it(`the helper gets its places of descriptors, nothing else, and clean signals: ${name}`, async (t) => {
    const script = `
      for fd in /proc/self/fd/*; do [ -e $fd ] && echo \${fd##*/}; done | tr '\\n' ' '; echo
      cat <&5; grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status | tr '\\t\\n' '  '; echo; tr '\\0' ' ' < /proc/$$/cmdline`;
    const directory = mkdtempSync(join(tmpdir(), 'mini-launch-'));
    t.teardown(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'passed'), 'passed\n');
    const { stdout } = await drive([...shell, ...options, 'leak', `pass=${directory}/passed`], script);
    const lines = stdout.split('\n');
    t.is(lines[0], '0 1 2 3 4 5 ');
    t.is(lines[1], 'passed');
    t.regex(lines[2] ?? '', /^SigBlk: 0{16} SigIgn: 0{16} SigCgt: 0{16} $/);
    t.is(lines[3], 'sh exit 0');
  });

  it(`six namespaces: ${name}`, async (t) => {
    const kinds = ['mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup'];
    const script = `echo $$; for kind in ${kinds.join(' ')}; do readlink /proc/self/ns/$kind; done`;
    const own = await drive(shell, script);
    const inside = await drive([...shell, ...options, `flags=${sixNamespaces}`], script);
    const [pid, ...namespaces] = inside.stdout.split('\n');
    t.is(pid, '1');
    const ownNamespaces = own.stdout.split('\n').slice(1);
    t.is(namespaces.at(-1), 'exit 0');
    kinds.forEach((kind, index) => {
      t.regex(namespaces[index] ?? '', new RegExp(`^${kind}:\\[\\d+\\]$`));
      t.not(namespaces[index], ownNamespaces[index], kind);
    });
  });

  it(`in a new user namespace the capabilities survive the exec: ${name}`, async (t) => {
    const flags = CLONE.NEWUSER | CLONE.NEWNS;
    const script = 'id -u; grep -E "^Cap" /proc/self/status | sort -u -k 2 | wc -l; hostname new';
    const { stdout } = await drive([...shell, ...options, `flags=${flags | CLONE.NEWUTS}`], script);
    t.is(stdout, '65534\n1\nexit 0');
  });

  it(`a cgroup directory that is none: ${name}`, async (t) => {
    const { stdout } = await drive([...shell, ...options, 'into=/tmp']);
    t.is(stdout, failed(2, options.length === 0 ? EBADF : ENOENT));
  });
}

const unified = cgroup2Directory();
const itJoins = skipReason === undefined && unified !== undefined ? test : test.skip;
if (unified === undefined) console.log('skipped: being born in a cgroup, there is no writable cgroup2 here');

for (const [name, options] of filters) {
  itJoins(`born in a cgroup, or joined to it: ${name}`, async (t) => {
    const cgroup = mkdtempSync(join(unified ?? '', 'mini-launch-'));
    t.teardown(() => rmdirSync(cgroup));
    const script = 'grep ^0:: /proc/self/cgroup';
    const { stdout } = await drive(
      [...shell, ...options, `into=${cgroup}`, `join=${cgroup}/cgroup.procs`],
      script,
    );
    t.is(stdout, `0::/${basename(cgroup)}\nexit 0`);
  });
}

/** Where cgroup2 is mounted and a cgroup can be made. */
function cgroup2Directory(): string | undefined {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const directory = mounts.find(([, , type]) => type === 'cgroup2')?.[1];
  try {
    if (directory !== undefined) accessSync(directory, constants.W_OK);
    return directory;
  } catch {
    return undefined;
  }
}

it('a cgroup that cannot be joined', async (t) => {
  const { stdout } = await drive([...shell, 'join=/dev/full']);
  t.is(stdout, failed(2, ENOSPC));
});

it('what is joined gets "0", once for each', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-launch-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const files = ['a', 'b'].map((name) => join(directory, name));
  for (const file of files) writeFileSync(file, '');
  await drive([...shell, ...files.map((file) => `join=${file}`)]);
  t.deepEqual(
    files.map((file) => readFileSync(file, 'utf8')),
    ['0', '0'],
  );
});

it('a helper descriptor that is not open', async (t) => {
  t.is((await drive([...shell, 'helper-fd=77'])).stdout, failed(1, EBADF));
});

it('a helper that cannot be executed', async (t) => {
  t.is((await drive(['/etc/passwd', 'sh'])).stdout, failed(3, EACCES));
});

it('flags that the kernel refuses', async (t) => {
  t.is((await drive([...shell, `flags=${CLONE.NEWNS | 0x200}`])).stdout, failed(0, EINVAL));
});

it('flags that the older call has no place for', async (t) => {
  t.is((await drive([...shell, 'enosys', `flags=${CLONE.NEWTIME}`])).stdout, failed(0, EINVAL));
});

it('a limit of open files below the places', async (t) => {
  t.is((await drive([...shell, 'limit=8'])).stdout, failed(1, EMFILE));
});

it('more descriptors than there are places', async (t) => {
  const pass = Array.from({ length: 39 }, () => 'pass=/dev/null');
  t.is((await drive([...shell, ...pass])).stdout, failed(1, EINVAL));
});
