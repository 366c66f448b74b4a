import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { freshName } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';

const whyNot = spawnSync('podman', ['--version']).status === 0 ? undefined : 'there is no podman';

/** Sources and destinations, of which `C:` is the container; each starts from the same files. */
const COPIES: readonly (readonly [source: string, destination: string])[] = [
  ['C:/d', 'here'],
  ['C:/d/.', 'here'],
  ['C:/d/f', 'here'],
  ['C:/d/f', 'here/renamed'],
  ['C:/d', 'here/new'],
  ['C:/d/.', 'here/new'],
  ['C:/d/f', 'here/old'],
  ['C:/d', 'here/old'],
  ['C:/d/f', 'missing/x'],
  ['C:/missing', 'here'],
  ['here', 'C:/d'],
  ['here/.', 'C:/d'],
  ['here/old', 'C:/d'],
  ['here/old', 'C:/d/renamed'],
  ['here/old', 'C:/d/f'],
  ['here', 'C:/d/new'],
  ['here', 'C:/d/f'],
  ['here/old', 'C:/missing/x'],
  ['here/none', 'C:/d'],
];

/**
 * Meant: podman copies what a link leads to, also without -L, where docker copies the link; and says 125 where docker and mini
 * say 1. Neither is compared.
 */
testUnless(whyNot, 'copy.podman', 'what podman cp does, mini cp does', async (t) => {
  const root = freshBusyboxRoot();
  fs.mkdirSync(join(root, 'd/sub'), { recursive: true });
  fs.writeFileSync(join(root, 'd/f'), 'in');
  fs.writeFileSync(join(root, 'd/sub/g'), 'deep');
  // vfs mounts nothing on this machine.
  const storage = [
    '--root',
    freshDirectory('podman'),
    '--runroot',
    freshDirectory('podman-run'),
    '--storage-driver',
    'vfs',
  ];
  const podman = (words: readonly string[], cwd = root) =>
    execa('podman', [...storage, ...words], { cwd, reject: false, timeout: 60_000, stdin: 'ignore' });
  const archive = join(freshDirectory(), 'root.tar');
  await execa('tar', ['-c', '-f', archive, '-C', root, '.']);
  t.is((await podman(['import', '-q', archive, 'localhost/copy'])).exitCode, 0);
  for (const [source, destination] of COPIES) {
    const name = freshName();
    const [theirs, ours] = [freshDirectory('theirs'), freshDirectory('ours')];
    for (const directory of [theirs, ours]) {
      fs.mkdirSync(join(directory, 'here/inner'), { recursive: true });
      for (const file of ['old', 'inner/x']) fs.writeFileSync(join(directory, 'here', file), file);
    }
    const words = ['cp', source, destination].map((word) => word.replace(/^C:/, `${name}:`));
    t.is(
      (await podman(['create', '--name', name, '--network', 'none', 'localhost/copy', 'true'])).exitCode,
      0,
    );
    t.is((await mini(['create', '--name', name, '--rootfs', `${root}:O`, 'true'])).exitCode, 0);
    const [their, our] = [await podman(words, theirs), await mini(words, { cwd: ours })];
    const [theirExport, ourExport] = [join(theirs, 'export.tar'), join(ours, 'export.tar')];
    const isInto = destination.startsWith('C:');
    if (isInto) await podman(['export', '-o', theirExport, name]);
    if (isInto) await mini(['export', '-o', ourExport, name]);
    t.deepEqual(
      {
        copy: words.slice(1),
        works: our.exitCode === 0,
        host: await list(ours),
        container: isInto && (await listArchive(ourExport)),
      },
      {
        copy: words.slice(1),
        works: their.exitCode === 0,
        host: await list(theirs),
        container: isInto && (await listArchive(theirExport)),
      },
    );
    await podman(['rm', '-f', name]);
    await mini(['rm', '-f', name]);
  }
});

/** Paths, kinds and contents below `here`. */
async function list(directory: string): Promise<string[]> {
  const { stdout } = await execa('find', ['here', '-printf', '%p %y %s\\n'], { cwd: directory });
  return stdout
    .split('\n')
    .map((line) => line.replace(/ d \d+$/, ' d'))
    .sort();
}

/** Paths and sizes below /d. */
async function listArchive(path: string): Promise<string[]> {
  const { stdout } = await execa('tar', ['-t', '-v', '--numeric-owner', '-f', path]);
  const lines = stdout.split('\n').map((line) => line.split(/ +/));
  return lines
    .map(([mode, owner, size, , , name]) => `${mode?.[0]} ${owner} ${size} ${name?.replace(/^\.\//, '')}`)
    .filter((line) => / d\//.test(line))
    .sort();
}
