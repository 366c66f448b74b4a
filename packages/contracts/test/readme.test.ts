import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

function runExample(code: string): { stdout: string; stderr: string } {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
    input: code,
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  return { stdout, stderr };
}

test("the README's example of validation prints what it says", (t) => {
  const [, code = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];
  const [, output] = /```text\n(.*?)```/s.exec(readme) ?? [];
  t.deepEqual(runExample(code), { stdout: output, stderr: '' });
});

test("the README's example of a Plan prints what it says", (t) => {
  const [, code = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const untyped = code.replace(', type Plan', '').replace(': Plan', '');
  t.deepEqual(runExample(untyped), { stdout: '3\n', stderr: '' });
});
