import type { Spec } from '@mini/contracts';
import test from 'ava';
import { compilePlan } from '../../src/index.js';

const spec: Spec = {
  ociVersion: '1.2.0',
  root: { path: '/srv/root' },
  process: { user: { uid: 0, gid: 0 }, args: ['a'], cwd: '/' },
  mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
  linux: { namespaces: [{ type: 'mount' }], maskedPaths: ['/proc/kcore'] },
};
const compile = (change: Partial<Spec> = {}) =>
  compilePlan({ ...spec, ...change }, { rootSteps: [], bornInCgroup: false }).steps;

test('equal files are compiled once', (t) => {
  const first = compile();
  const second = compile({ process: { ...spec.process, args: ['b'] }, hostname: 'box' });
  const at = (steps: typeof first, op: string) => steps.find((step) => step.op === op);
  t.is(at(first, 'mount'), at(second, 'mount'));
  t.deepEqual(second.at(-1), { op: 'exec', argv: ['b'], env: [], origin: 'process.args' });
});

test('a Spec that is changed in place is compiled anew', (t) => {
  const mounts = [{ destination: '/proc', type: 'proc', source: 'proc' }];
  compile({ mounts });
  mounts.push({ destination: '/dev', type: 'tmpfs', source: 'tmpfs' });
  t.deepEqual(
    compile({ mounts }).flatMap((step) => (step.op === 'mount' ? [step.target] : [])),
    ['/proc', '/dev'],
  );
});

test('what cannot be compiled fails each time', (t) => {
  const mounts = [{ destination: '/', type: 'proc' }];
  const message = 'failed to compile the mounts: mounts[0].destination "/" is the root itself';
  for (const _ of [1, 2]) t.throws(() => compile({ mounts }), { code: 'bad-spec', message });
});

test('more kinds of containers than are remembered', (t) => {
  for (let index = 0; index < 100; index += 1) {
    const steps = compile({ root: { path: `/srv/${index}` } });
    t.is(steps.filter(({ op }) => op === 'mount').length, 1);
  }
});
