import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findKernel } from '../../src/vm/kernel.js';

test('the newest kernel whose modules are there is chosen', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'mini-kernel-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'boot'));
  for (const version of [
    '6.1.0-9-cloud-amd64',
    '6.1.0-56-cloud-amd64',
    '6.1.0-99-cloud-amd64',
    '7.0.0-amd64',
  ]) {
    writeFileSync(join(root, 'boot', `vmlinuz-${version}`), '');
    if (version === '6.1.0-99-cloud-amd64') continue;
    mkdirSync(join(root, 'lib/modules', version), { recursive: true });
    writeFileSync(join(root, 'lib/modules', version, 'modules.dep'), '');
  }
  t.is(findKernel(root)?.version, '7.0.0-amd64');
  t.deepEqual(findKernel(root, '-cloud-amd64'), {
    version: '6.1.0-56-cloud-amd64',
    imagePath: join(root, 'boot/vmlinuz-6.1.0-56-cloud-amd64'),
    modulesRoot: root,
  });
  t.is(findKernel(join(root, 'nothing')), undefined);
});
