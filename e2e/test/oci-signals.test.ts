import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { makeBundle } from '../support/bundle.js';
import { compileProgram, whyNoCompiler } from '../support/compile-program.js';
import { freshId, MINI_OCI, oci, ociRoot, ociToFile, stateOf } from '../support/oci.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor, waitUntil } from '../support/wait.js';

const NAMESPACES = (['network', 'ipc', 'uts', 'mount'] as const).map((type) => ({ type }));
const sleeper = { args: ['sleep', '100'] };

test('a container that was created and not started ends by the signals that ask for it', async (t) => {
  const before = takeSnapshot();
  const own = [...NAMESPACES, { type: 'pid' as const }];
  for (const [namespaces, signals] of [
    [NAMESPACES, ['TERM']],
    [own, ['TERM', 'HUP']],
  ] as const) {
    for (const signal of signals) {
      const id = freshId();
      const bundle = makeBundle({ ...sleeper, linux: { namespaces } });
      t.is((await ociToFile(['create', '--bundle', bundle, id])).exitCode, 0);
      t.is((await oci(['kill', id, 'WINCH'])).exitCode, 0);
      t.is((await stateOf(id))?.status, 'created');
      t.is((await oci(['kill', id, signal])).exitCode, 0);
      await waitUntil(`the end by ${signal}`, async () => (await stateOf(id))?.status === 'stopped');
      t.is(
        (await oci(['start', id])).stderr,
        `failed to start container "${id}": cannot start a container that has stopped\n`,
      );
      t.is((await oci(['delete', id])).exitCode, 0);
    }
  }
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('once it runs its command answers for its signals alone', async (t) => {
  const id = freshId();
  const bundle = makeBundle({
    args: ['sh', '-c', 'trap "echo told; exit 3" USR1; echo ready; while true; do sleep 0.05; done'],
  });
  const output = await ociToFile(['create', '--bundle', bundle, id]);
  t.is((await oci(['start', id])).exitCode, 0);
  await waitFor('the trap', () => output.read() === 'ready\n');
  // The first process of a PID namespace that does not handle it is spared.
  t.is((await oci(['kill', id, 'TERM'])).exitCode, 0);
  t.is((await oci(['kill', id, 'USR1'])).exitCode, 0);
  await waitUntil('the end', async () => (await stateOf(id))?.status === 'stopped');
  t.is(output.read(), 'ready\ntold\n');
  t.is((await oci(['delete', id])).exitCode, 0);
});

/** Runs a command below a parent that does not wait for what it leaves; what was left is let go of at the end. */
async function holdChildren(parent: string, words: readonly string[]): Promise<{ stop(): Promise<void> }> {
  const child = spawn(parent, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  if (line.toString() !== 'done\n') throw new Error(`the command has ${line}`);
  return {
    async stop() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

testUnless(
  whyNoCompiler(),
  'oci.unreaped',
  'a container is stopped, and is deleted, while nobody waits for what entered it',
  async (t) => {
    const before = takeSnapshot();
    // Its first process stays in its end until what entered the container is reaped, by a parent outside.
    const careless = compileProgram('careless-parent');
    for (const flags of [[], ['--force']]) {
      const id = freshId();
      t.is((await ociToFile(['run', '-d', '--bundle', makeBundle(sleeper), id])).exitCode, 0);
      const exec = ['--root', ociRoot(), 'exec', '--detach', id, 'sleep', '100'];
      const { stop } = await holdChildren(careless, [MINI_OCI, ...exec]);
      t.is((await oci(['kill', id, 'KILL'])).exitCode, 0);
      await waitUntil('the end', async () => (await stateOf(id))?.status === 'stopped');
      t.deepEqual(await oci(['delete', ...flags, id]), {
        exitCode: 0,
        stdout: '',
        stderr: '',
        signal: undefined,
      });
      await stop();
    }
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);
