import test from 'ava';
import { compileMemoryPolicy } from '../../src/compile/compile-memory-policy.js';

test('a memory policy is its mode with its flags, and a bit for each node', (t) => {
  t.deepEqual(compileMemoryPolicy({}), []);
  t.deepEqual(
    compileMemoryPolicy({
      memoryPolicy: { mode: 'MPOL_INTERLEAVE', nodes: '0-1, 3,65', flags: ['MPOL_F_STATIC_NODES'] },
    }),
    [
      {
        op: 'memory_policy',
        mode: 3 | (1 << 15),
        nodes: new Uint8Array([0b1011, 0, 0, 0, 0, 0, 0, 0, 0b10, 0, 0, 0, 0, 0, 0, 0]),
        origin: 'linux.memoryPolicy',
      },
    ],
  );
  t.like(compileMemoryPolicy({ memoryPolicy: { mode: 'MPOL_LOCAL' } })[0], {
    mode: 4,
    nodes: new Uint8Array(),
  });
});

test('nodes that no kernel has are refused before a list of them is made', (t) => {
  t.throws(() => compileMemoryPolicy({ memoryPolicy: { mode: 'MPOL_BIND', nodes: '0-4294967295' } }), {
    code: 'bad-spec',
    message: 'failed to compile the list "0-4294967295" (linux.memoryPolicy.nodes): 4294967295 is above 8191',
  });
});
