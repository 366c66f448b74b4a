import type { DeviceRule } from '@mini/contracts';
import test from 'ava';
import fc from 'fast-check';
import { compileDeviceProgram } from '../../src/device-program/compile-device-program.js';
import { type Access, findUnreachable, runDeviceProgram } from './run-device-program.js';

/** The meaning of a list: the last rule that is for the device and the kind of access decides. */
function isAllowed(rules: readonly DeviceRule[], { type, major, minor, access }: Access): boolean {
  const holds = (wanted: number | undefined, value: number) =>
    wanted === undefined || wanted === -1 || wanted === value;
  return [...access].every((letter) => {
    const rule = rules.findLast((each) => {
      if ((each.type ?? 'a') === 'a') return true;
      const isFor = each.type === type && holds(each.major, major) && holds(each.minor, minor);
      return isFor && (each.access ?? 'rwm').includes(letter);
    });
    return rule?.allow ?? true;
  });
}

const number = fc.constantFrom(-1, 0, 1, 3, 5, 136, 0xfff);
const accessText = fc.constantFrom('r', 'w', 'm', 'rw', 'rm', 'wm', 'rwm');
const rule: fc.Arbitrary<DeviceRule> = fc.record(
  {
    allow: fc.boolean(),
    type: fc.constantFrom('a', 'b', 'c'),
    major: number,
    minor: number,
    access: accessText,
  },
  { requiredKeys: ['allow'] },
) as fc.Arbitrary<DeviceRule>;
const request: fc.Arbitrary<Access> = fc.record({
  type: fc.constantFrom('b', 'c'),
  major: fc.constantFrom(0, 1, 3, 5, 136, 0xfff, 200),
  minor: fc.constantFrom(0, 1, 3, 5, 9, 0xfffff),
  access: accessText,
});

test('a program answers as the list of its rules', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 12 }),
        fc.array(request, { minLength: 8 }),
        (rules, requests) => {
          const program = compileDeviceProgram(rules);
          return requests.every((each) => runDeviceProgram(program, each) === Number(isAllowed(rules, each)));
        },
      ),
      { numRuns: 3000 },
    ),
  );
});

test('every instruction of a program can be reached', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 12 }),
        (rules) => findUnreachable(compileDeviceProgram(rules)).length === 0,
      ),
      { numRuns: 3000 },
    ),
  );
});

test('no rules allow everything, one deny denies everything', (t) => {
  const open = { type: 'c', major: 1, minor: 3, access: 'rw' } as const;
  t.is(runDeviceProgram(compileDeviceProgram([]), open), 1);
  t.is(runDeviceProgram(compileDeviceProgram([{ allow: false }]), open), 0);
});

test('the list of a container: harmless devices open, any node can be made, nothing else', (t) => {
  const program = compileDeviceProgram([
    { allow: false },
    { allow: true, type: 'c', access: 'm' },
    { allow: true, type: 'b', access: 'm' },
    { allow: true, type: 'c', major: 1, minor: 3, access: 'rwm' },
    { allow: true, type: 'c', major: 136, access: 'rwm' },
  ]);
  const answer = (type: 'b' | 'c', major: number, minor: number, access: string) =>
    runDeviceProgram(program, { type, major, minor, access });
  t.is(answer('c', 1, 3, 'rw'), 1);
  t.is(answer('c', 136, 7, 'rw'), 1);
  t.is(answer('b', 8, 0, 'm'), 1);
  t.is(answer('b', 8, 0, 'r'), 0);
  t.is(answer('c', 1, 1, 'w'), 0);
  t.is(answer('c', 10, 200, 'rm'), 0);
  t.is(answer('b', 1, 3, 'r'), 0);
});
