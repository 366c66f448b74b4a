import { existsSync } from 'node:fs';
import test from 'ava';
import { makeBundle } from '../support/bundle.js';
import { freshId, oci, ociToFile } from '../support/oci.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const reason = existsSync('/proc/self/numa_maps') ? undefined : 'this kernel has no memory nodes';
/** The policy of the first range of addresses. */
const SHOW = ['sh', '-c', 'head -n 1 /proc/self/numa_maps | cut -d" " -f2'];

testUnless(
  reason,
  'oci.memory-policy',
  'processes of a container get their memory by its policy',
  async (t) => {
    const cases = [
      [{ mode: 'MPOL_BIND', nodes: '0' }, 'bind:0'],
      [{ mode: 'MPOL_INTERLEAVE', nodes: '0', flags: ['MPOL_F_STATIC_NODES'] }, 'interleave=static:0'],
      [{ mode: 'MPOL_LOCAL' }, 'local'],
      [{ mode: 'MPOL_DEFAULT', nodes: '' }, 'default'],
    ] as const;
    for (const [memoryPolicy, shown] of cases) {
      const bundle = makeBundle({ args: SHOW, linux: { memoryPolicy } });
      t.like(await oci(['run', '--bundle', bundle, freshId()]), {
        exitCode: 0,
        stdout: `${shown}\n`,
        stderr: '',
      });
    }
    const id = freshId();
    const bundle = makeBundle({ args: ['sleep', '100'], linux: { memoryPolicy: cases[0][0] } });
    t.is((await ociToFile(['run', '--detach', '--bundle', bundle, id])).exitCode, 0);
    t.like(await oci(['exec', id, ...SHOW]), { exitCode: 0, stdout: 'bind:0\n' });
    t.is((await oci(['delete', '--force', id])).exitCode, 0);
  },
);

test('a policy that cannot be is refused, and named', async (t) => {
  const before = takeSnapshot();
  const cases = [
    [{ mode: 'MPOL_BIND' }, 'failed to set the memory policy (linux.memoryPolicy): EINVAL invalid argument'],
    [
      { mode: 'MPOL_BIND', nodes: '0-99999999' },
      'failed to compile the list "0-99999999" (linux.memoryPolicy.nodes): 99999999 is above 8191',
    ],
  ] as const;
  for (const [memoryPolicy, message] of cases) {
    const bundle = makeBundle({ linux: { memoryPolicy } });
    const { exitCode, stderr } = await oci(['create', '--bundle', bundle, freshId()]);
    t.deepEqual([exitCode, stderr], [1, `${message}\n`]);
  }
  t.deepEqual(await differenceSince(before), NOTHING);
});
