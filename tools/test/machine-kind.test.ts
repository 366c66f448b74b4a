import test from 'ava';
import { type MachineFacts, nameMachineKind, readBoundingSet } from '../src/machine-kind.js';

const full = 0x1ffffffffffn;
const withoutSysResource = full & ~(1n << 24n);

const kinds: [string, MachineFacts][] = [
  ['vm-cgroup2', { env: { MINI_VM: '1' }, cgroupMode: 'v2', boundingSet: full }],
  ['hosted-runner', { env: { GITHUB_ACTIONS: 'true' }, cgroupMode: 'v2', boundingSet: full }],
  ['hybrid-no-sys-resource', { env: {}, cgroupMode: 'hybrid', boundingSet: withoutSysResource }],
  ['hybrid', { env: {}, cgroupMode: 'hybrid', boundingSet: full }],
  [
    'v2',
    {
      env: { GITHUB_ACTIONS: 'true', RUNNER_ENVIRONMENT: 'self-hosted' },
      cgroupMode: 'v2',
      boundingSet: full,
    },
  ],
];

for (const [kind, facts] of kinds) {
  test(`is called ${kind}`, (t) => {
    t.is(nameMachineKind(facts), kind);
  });
}

test('the bounding set is read from /proc/self/status', (t) => {
  t.is(readBoundingSet('CapEff:\t0000000000000000\nCapBnd:\t000001fffeffffff\n'), 0x1fffeffffffn);
  t.is(readBoundingSet(''), 0n);
});
