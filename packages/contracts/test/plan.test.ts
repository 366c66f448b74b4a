import test from 'ava';
import fc from 'fast-check';
import { decodePlan, encodePlan, listRecords, type Plan, STEP_TABLE, type Step } from '../src/index.js';

const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
const number = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 2n ** 31n - 1n }),
  fc.constant(-5),
);
const arbitraries = {
  number,
  string: text,
  strings: fc.array(text, { maxLength: 5 }),
  numbers: fc.array(number, { maxLength: 5 }),
  bytes: fc.uint8Array({ maxLength: 40 }),
};

const anyStep = fc.constantFrom(...Object.entries(STEP_TABLE)).chain(([op, { fields }]) =>
  fc
    .record({
      ...Object.fromEntries(Object.entries(fields).map(([field, type]) => [field, arbitraries[type]])),
      tolerates: fc.option(fc.constantFrom(['EPERM'], ['ENOENT', 'EBUSY']), { nil: undefined }),
    })
    .map(
      ({ tolerates, ...rest }) => ({ op, ...rest, ...(tolerates ? { tolerates } : {}) }) as unknown as Step,
    ),
);
const anyPlan: fc.Arbitrary<Plan> = fc.array(anyStep, { maxLength: 12 }).map((steps) => ({ steps }));

const message = (bytes: Uint8Array) => {
  try {
    decodePlan(bytes);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};
const example: Plan = {
  steps: [
    { op: 'hostname', name: 'box' },
    { op: 'groups', gids: [1, 2] },
  ],
};

test('every plan survives the wire', (t) => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      t.deepEqual(decodePlan(encodePlan(plan)), plan);
    }),
    { numRuns: 300 },
  );
});

test('a step that is in many plans is encoded alike each time', (t) => {
  const bind = { op: 'hostname', name: 'alone' } as const;
  const step: Step = { op: 'chdir', path: '/a', tolerates: ['EPERM'], otherwise: bind };
  const [first, ...others] = [1, 2, 3].map(() => encodePlan({ steps: [{ op: 'pivot_root' }, step] }));
  for (const other of others) t.deepEqual(other, first);
  t.deepEqual(decodePlan(first!).steps[1], step);
});

test('a plan that outgrows the first buffer survives too, whatever its letters', (t) => {
  const argv = Array.from({ length: 3000 }, (_, index) =>
    index % 2 === 0 ? `word ${index}` : `wört ${index}`,
  );
  const plan: Plan = { steps: [{ op: 'exec', argv, env: ['A='.padEnd(50_000, 'ß')] }] };
  t.deepEqual(decodePlan(encodePlan(plan)), plan);
});

test('an alternative follows its step on the wire and is nested again when decoded', (t) => {
  const plan: Plan = {
    steps: [
      {
        op: 'mknod',
        path: '/dev/null',
        mode: 0o20666,
        device: 259,
        uid: 0,
        gid: 0,
        tolerates: ['EPERM'],
        otherwise: {
          op: 'bind',
          source: '/dev/null',
          fd: -1n as unknown as number,
          target: '/dev/null',
          targetKind: 2,
          recursive: 0,
          attributesSet: 0,
          attributesClear: 0,
          attributesRecursive: 0,
          propagation: 0,
        },
      },
      { op: 'pivot_root' },
    ],
  };
  const records = listRecords(plan).map(({ op }) => op);
  t.deepEqual(records, ['mknod', 'bind', 'pivot_root']);
  const [first] = decodePlan(encodePlan(plan)).steps;
  t.is(first?.otherwise?.op, 'bind');
});

test('a plan that is cut anywhere is refused', (t) => {
  const bytes = encodePlan(example);
  for (let length = 0; length < bytes.length; length++) {
    t.regex(String(message(bytes.slice(0, length))), /^failed to decode the plan: /);
  }
});

test('what is wrong is said', (t) => {
  const bytes = encodePlan(example);
  const with16 = (at: number, value: number) => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint16(at, value, true);
    return copy;
  };
  t.is(message(bytes), undefined);
  t.is(
    message(with16(0, 7)),
    'failed to decode the plan: magic 1313603591 version 1 is not that of a plan'.replace(
      '1313603591',
      String(0x4e4c0007),
    ),
  );
  t.is(message(with16(16, 999)), 'failed to decode the plan: the step is unknown (record 0)');
  t.is(message(with16(18, 9)), 'failed to decode the plan: a flag is unknown (record 0)');
  t.is(message(with16(12, 3)), 'failed to decode the plan: 2 records, the header says 3');
  t.is(
    message(Uint8Array.from([...bytes, 0])),
    `failed to decode the plan: ${bytes.length + 1} bytes, the header says ${bytes.length}`,
  );
});

test('a NUL character and an over-long plan are refused before anything is written', (t) => {
  t.throws(() => encodePlan({ steps: [{ op: 'hostname', name: 'a\0b' }] }), {
    message: 'failed to encode "hostname.name": the value contains a NUL character',
  });
  t.throws(() => encodePlan({ steps: [{ op: 'hostname', name: 'x'.repeat(1 << 20) }] }), {
    message: 'failed to encode the plan: 1048616 bytes, at most 1048576 are allowed',
  });
});
