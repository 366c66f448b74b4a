import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

test("the README's example prints what it says", (t) => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];
  const [, output] = /```text\n(.*?)```/s.exec(readme) ?? [];
  const directory = mkdtempSync(join(tmpdir(), 'mini-readme-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
    input: code,
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, FORCE_COLOR: '0', TMPDIR: directory },
  });
  t.deepEqual({ stdout, stderr }, { stdout: output, stderr: '' });
});
