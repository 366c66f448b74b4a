import type { Resources } from '@mini/contracts';
import test from 'ava';
import * as fc from 'fast-check';
import {
  compileResources,
  convertSharesToWeight,
  listIgnoredResources,
  validateResources,
} from '../src/index.js';
import { makeHybridLayout, makeV2Layout } from './layouts.js';

const MACHINE = { onlineCpus: [0, 1], onlineMemoryNodes: [0], hasBlockDevice: () => true };
const LAYOUTS = [makeHybridLayout('/c'), makeV2Layout('/c'), makeV2Layout('/c', ['memory'])];

const EDGES = [-2, -1, 0, 1, 2, 9, 10, 1000, 1001, 6_291_456, 262_144, 262_145, 2 ** 53, 0.5, Number.NaN];
const strange = fc.oneof(fc.constantFrom(...EDGES), fc.integer());

/** Numbers of a range, and now and then one that is at its edge, far outside, or none. */
function mostly(min: number, max: number): fc.Arbitrary<number> {
  return fc.oneof({ weight: 12, arbitrary: fc.integer({ min, max }) }, { weight: 1, arbitrary: strange });
}

const list = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('', '0', '0-1', '1,0') },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom('0-', '\n', '0\n1', '5'), fc.string()) },
);
const throttles = fc.array(fc.record({ major: fc.nat(300), minor: fc.nat(20), rate: mostly(0, 1_000_000) }), {
  maxLength: 2,
});
const memory = fc.record(
  {
    limit: mostly(8_000_000, 9_000_000),
    swap: mostly(9_000_000, 10_000_000),
    reservation: mostly(1, 8_000_000),
    swappiness: mostly(0, 100),
    disableOOMKiller: fc.boolean(),
  },
  { requiredKeys: [] },
);
const cpu = fc.record(
  {
    shares: mostly(2, 262_144),
    quota: mostly(1_000, 100_000),
    period: mostly(50_000, 100_000),
    burst: mostly(0, 1_000),
    idle: mostly(0, 1),
    cpus: list,
    mems: fc.constantFrom('', '0'),
  },
  { requiredKeys: [] },
);
const device = fc.record(
  {
    allow: fc.boolean(),
    type: fc.constantFrom('a' as const, 'b' as const, 'c' as const),
    major: mostly(-1, 300),
    access: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('r', 'rwm', 'mw') },
      { weight: 1, arbitrary: fc.string() },
    ),
  },
  { requiredKeys: ['allow'] },
);
const file = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('memory.high', 'memory.oom.group', 'cgroup.max.depth') },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom('cgroup.procs', '../x', 'io.max'), fc.string()) },
);
const resources = fc.record(
  {
    memory,
    cpu,
    pids: fc.record({ limit: mostly(-1, 5_000) }),
    blockIO: fc.record(
      { weight: mostly(10, 1_000), throttleReadBpsDevice: throttles, throttleWriteIOPSDevice: throttles },
      { requiredKeys: [] },
    ),
    devices: fc.array(device, { maxLength: 3 }),
    unified: fc.dictionary(file, fc.oneof(fc.constantFrom('1', 'max', '1\n2\n'), fc.string()), {
      maxKeys: 2,
    }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Resources>;

test('what validation accepts compiles, to files within the group and values of one line', (t) => {
  let accepted = 0;
  fc.assert(
    fc.property(resources, fc.constantFrom(...LAYOUTS), (asked, layout) => {
      if (validateResources(layout, asked, MACHINE).length > 0) return;
      accepted += 1;
      for (const { file, value, field, orElse } of compileResources(layout, asked)) {
        for (const [name, content] of [[file, value], ...(orElse ? [[orElse.file, orElse.value]] : [])]) {
          if (!/^[a-z0-9_]+(\.[\w-]+)+$/.test(name!)) throw new Error(`file ${name}`);
          if (content === '' || /[\n\0]|NaN|undefined/.test(content!))
            throw new Error(`${name} = ${content}`);
        }
        if (!field.startsWith('linux.resources.')) throw new Error(field);
      }
      listIgnoredResources(layout, asked);
    }),
    { numRuns: 3000 },
  );
  // Else the generator is at fault, and the test says nothing.
  t.true(accepted > 300, `${accepted}`);
});

test('more shares are never less weight, and weights stay in range', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 262_144 }), fc.nat(1000), (shares, more) => {
        const [weight, heavier] = [convertSharesToWeight(shares), convertSharesToWeight(shares + more)];
        return weight >= 1 && heavier <= 10_000 && weight <= heavier;
      }),
    ),
  );
});
