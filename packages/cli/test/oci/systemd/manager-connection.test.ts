import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { nativeKernel } from '@mini/runtime-core';
import test, { type ExecutionContext } from 'ava';
import { ManagerConnection, ManagerError } from '../../../src/oci/systemd/manager-connection.js';

const FAKE = fileURLToPath(new URL('fake-manager.js', import.meta.url));

/** A manager that behaves in this way, and the lines that it prints of calls. */
async function startManager(t: ExecutionContext, way: string) {
  const directory = mkdtempSync(join(tmpdir(), 'mini-manager-'));
  const path = join(directory, 'private');
  const manager = spawn(process.execPath, [FAKE, path, way], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: manager.stdout });
  t.teardown(() => {
    manager.kill();
    rmSync(directory, { recursive: true });
  });
  await once(lines, 'line');
  return { path, nextLine: once(lines, 'line') };
}

const stop = (manager: ManagerConnection) => manager.runJob('StopUnit', 'ss', ['x.scope', 'replace']);

test('a job that has ended before the answer to its call has ended', async (t) => {
  const { path, nextLine } = await startManager(t, 'working');
  const manager = new ManagerConnection(nativeKernel(), path);
  t.is(stop(manager), 'failed');
  t.deepEqual(await nextLine, ['StopUnit x.scope,replace']);
  manager.close();
});

test('what the manager refuses is its own sentence', async (t) => {
  const { path } = await startManager(t, 'refusing');
  const manager = new ManagerConnection(nativeKernel(), path);
  const error = t.throws(() => stop(manager), { instanceOf: ManagerError, message: 'It is not to be.' });
  t.is(error.reason, 'org.example.No');
  manager.close();
});

test('a manager that goes away, or does not know us, is said to', async (t) => {
  const silent = await startManager(t, 'silent');
  const manager = new ManagerConnection(nativeKernel(), silent.path);
  t.throws(() => stop(manager), { message: 'it has closed the connection' });
  manager.close();
  const strange = await startManager(t, 'strange');
  t.throws(() => new ManagerConnection(nativeKernel(), strange.path), {
    message: 'it answers "REJECTED EXTERNAL"',
  });
});

test('where nobody listens there is no manager', (t) => {
  t.throws(() => new ManagerConnection(nativeKernel(), '/nonesuch/private'), {
    message: 'failed to connect to "/nonesuch/private": ENOENT no such file or directory',
  });
});
