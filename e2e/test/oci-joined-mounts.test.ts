import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { makeBundle } from '../support/bundle.js';
import { freshId, oci, ociToFile, stateOf } from '../support/oci.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor } from '../support/wait.js';

/** A process in a mount namespace of its own; its file of it. */
async function holdNamespace(t: ExecutionContext): Promise<string> {
  const holder = spawn('unshare', ['--mount', 'sleep', '1000'], { stdio: 'ignore' });
  t.teardown(() => holder.kill('SIGKILL'));
  const path = `/proc/${holder.pid}/ns/mnt`;
  await waitFor('a namespace', () => readlinkSync(path) !== readlinkSync('/proc/self/ns/mnt'));
  return path;
}

function namespacesWith(path: string) {
  return [
    ...(['pid', 'network', 'ipc', 'uts'] as const).map((type) => ({ type })),
    { type: 'mount' as const, path },
  ];
}

test('a container is made in a mount namespace that is there', async (t) => {
  const before = takeSnapshot();
  const id = freshId();
  const path = await holdNamespace(t);
  const request = { linux: { namespaces: namespacesWith(path), maskedPaths: ['/proc/keys'] } };
  const script = 'readlink /proc/self/ns/mnt; ls /; cat /proc/keys; exec sleep 100';
  const output = await ociToFile([
    'run',
    '--detach',
    '--bundle',
    makeBundle({ ...request, args: ['sh', '-c', script] }),
    id,
  ]);
  t.is(output.exitCode, 0);
  const lines = await waitFor('the output', () => output.read().includes('usr') && output.read().split('\n'));
  t.is(lines[0], readlinkSync(path));
  t.false(lines.includes('boot'), output.read());
  t.is(readlinkSync(`/proc/${(await stateOf(id))!.pid}/ns/mnt`), readlinkSync(path));
  t.is((await oci(['exec', id, 'readlink', '/proc/self/ns/mnt'])).stdout, `${lines[0]}\n`);
  t.is(
    (await oci(['exec', id, 'ls', '/'])).stdout,
    lines
      .slice(1, -1)
      .map((line) => `${line}\n`)
      .join(''),
  );
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test("the machine's own mount namespace is not joined", async (t) => {
  const before = takeSnapshot();
  const bundle = makeBundle({ linux: { namespaces: namespacesWith('/proc/self/ns/mnt') } });
  const { exitCode, stderr } = await oci(['create', '--bundle', bundle, freshId()]);
  t.deepEqual(
    [exitCode, stderr],
    [
      1,
      'failed to open the mount namespace "/proc/self/ns/mnt" (linux.namespaces): ' +
        "it is the machine's, and would get the container's mounts\n",
    ],
  );
  t.deepEqual(await differenceSince(before), NOTHING);
});
