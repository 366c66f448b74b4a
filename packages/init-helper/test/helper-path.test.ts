import { statSync } from 'node:fs';
import test from 'ava';
import { initHelperPath } from '../src/index.js';

test('the helper is there, static and small', (t) => {
  const { size, mode } = statSync(initHelperPath());
  t.true(size < 48 * 1024, `${size} bytes`);
  t.is(mode & 0o111, 0o111);
});

test('a helper that was not built is named, with what to do', (t) => {
  const error = t.throws(() => initHelperPath('/nonexistent/mini-init'), {
    name: 'RuntimeError',
    code: 'helper-missing',
    message:
      'failed to find the helper "mini-init": ENOENT no such file or directory "/nonexistent/mini-init"',
  }) as Error & { context: { hint: string } };
  t.is(error.context.hint, 'build it with "npx nx build init-helper"');
});
