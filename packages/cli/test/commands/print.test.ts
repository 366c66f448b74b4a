import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { writeAll } from '../../src/commands/print.js';

test('all of a text is written', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-print-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const fd = openSync(join(directory, 'out'), 'w');
  t.true(writeAll(fd, 'ä'.repeat(100_000)));
  closeSync(fd);
  t.is(readFileSync(join(directory, 'out'), 'utf8'), 'ä'.repeat(100_000));
});

const module = JSON.stringify(new URL('../../src/commands/print.js', import.meta.url).href);

test('a reader that has gone away is no error', (t) => {
  const script = `import { writeAll } from ${module}; process.exitCode = writeAll(1, 'x'.repeat(1 << 20)) ? 1 : 42;`;
  const shell = 'set -o pipefail; "$0" --input-type=module -e "$1" | true';
  const { status, stderr } = spawnSync('bash', ['-c', shell, process.execPath, script], { encoding: 'utf8' });
  t.is(stderr, '');
  t.is(status, 42);
});

test('a slow reader of a pipe that does not block gets everything', (t) => {
  const script = `import { writeAll } from ${module};
    process.stdout._handle.setBlocking?.(false);
    process.exitCode = writeAll(1, 'x'.repeat(1 << 20)) ? 0 : 1;`;
  const shell = 'set -o pipefail; "$0" --input-type=module -e "$1" | (sleep 0.2; wc -c)';
  const { stdout, stderr, status } = spawnSync('bash', ['-c', shell, process.execPath, script], {
    encoding: 'utf8',
  });
  t.is(stderr, '');
  t.is(stdout.trim(), String(1 << 20));
  t.is(status, 0);
});

test('other failures are thrown', (t) => {
  t.throws(() => writeAll(9999, 'x'), { code: 'EBADF' });
});
