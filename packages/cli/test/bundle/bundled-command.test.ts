import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { main } from '../../src/main.js';
import { recordIo } from '../commands/record-io.js';

const bin = new URL('../../bin/', import.meta.url).pathname;

function mini(argv: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${bin}mini.cjs`, ...argv], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, MINI_CODE_CACHE: '0' },
  });
  return { code: status, out: stdout, err: stderr };
}

const same: readonly string[][] = [
  [],
  ['run', '--help'],
  ['--version'],
  ['runn'],
  ['completion'],
  ['--get-yargs-completions', 'mini', 'run', '--'],
  ['run'],
  ['run', '--memroy', '1g'],
  ['run', '-m', '1x', '-v', 'data:/x', '--config', '/gone.yaml', '--log-level=loud', 'host', 'true'],
  ['run', '-e', '"A"="b"', '--name="x y"', 'host', 'true'],
];
for (const argv of same) {
  test(`the bundle answers as the sources do: mini ${argv.join(' ')}`, async (t) => {
    const io = recordIo();
    const code = await main(argv, io);
    t.deepEqual(mini(argv), { code, out: io.out, err: io.err });
  });
}

test('the YAML reader is in the bundle', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-config-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  spawnSync('sh', ['-c', 'echo "memory: 1x" > "$0/c.yaml"', directory]);
  t.deepEqual(mini(['run', '--config', `${directory}/c.yaml`]), {
    code: 125,
    out: '',
    err: `failed to read the configuration "${directory}/c.yaml": memory "1x": a size is a number and a unit b, k, m or g\nhint: write it like 64m or 1.5g\n`,
  });
});

test('what mini run passes through is one file', (t) => {
  const preload = `data:text/javascript,process.on('exit', () => console.error(Object.keys(process.mainModule.constructor._cache).join()))`;
  const { stderr } = spawnSync(
    process.execPath,
    ['--import', preload, `${bin}mini.cjs`, 'run', '--memory', '1x', 'host', 'x'],
    {
      encoding: 'utf8',
      env: { MINI_CODE_CACHE: '0' },
    },
  );
  const loaded = stderr.trim().split('\n').at(-1)!.split(',');
  t.deepEqual(loaded, [`${bin}mini.cjs`, `${bin}hot.cjs`]);
});

test('the licences of what was bundled lie beside it', (t) => {
  const text = readFileSync(`${bin}THIRD-PARTY-LICENSES.txt`, 'utf8');
  const names = [...text.matchAll(/^([\w-]+) \d+\.\d+\.\d+: (MIT|ISC|BSD-3-Clause)$/gm)].map(
    ([, name]) => name,
  );
  const yargs = ['cliui', 'escalade', 'get-caller-file', 'y18n', 'yaml', 'yargs', 'yargs-parser'];
  t.deepEqual(names.sort(), [...yargs, 'fzstd', 'smol-toml', 'undici', 'xz-decompress'].sort());
});
