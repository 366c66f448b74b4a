import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

test("the README's example prints what it says", (t) => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];
  const [, output] = /```text\n(.*?)```/s.exec(readme) ?? [];
  // Below the package, so that it finds the packages it imports.
  const directory = mkdtempSync(fileURLToPath(new URL('example-', import.meta.url)));
  const file = `${directory}/example.mjs`;
  writeFileSync(file, code);
  t.teardown(() => rmSync(directory, { recursive: true }));
  const { stdout, stderr } = spawnSync(process.execPath, [file], {
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: directory },
  });
  t.deepEqual({ stdout, stderr }, { stdout: output, stderr: '' });
});
