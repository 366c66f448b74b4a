import test from 'ava';
import type { StageResult } from '../../src/verify/judge-stage.js';
import { mergeRepetition, planRepetition } from '../../src/verify/repeat-stage.js';

const e2e = { target: 'e2e', serial: true, takesFiles: true };

const result = (failedTests: readonly string[], changes: Partial<StageResult> = {}): StageResult => ({
  passed: 9,
  failed: failedTests.length,
  known: 0,
  failedTests,
  unsteadyTests: [],
  failureReport: ['what was said'],
  skips: [],
  failedTasks: failedTests.length > 0 ? ['e2e:e2e'] : [],
  problems: [],
  ...changes,
});

const files = ['faults/crowds', 'test/logs'];
const find = (project: string, file: string) => (files.includes(file) ? `${project}/${file}.js` : undefined);

test('the files of a few failed tests are run again, each once', (t) => {
  const failed = [
    'e2e:e2e: faults › crowds › one › of two',
    'e2e:e2e: faults › crowds › b',
    'e2e:e2e: test › logs › c',
  ];
  t.deepEqual(planRepetition(e2e, result(failed), find), {
    projects: ['e2e'],
    files: ['e2e/faults/crowds.js', 'e2e/test/logs.js'],
  });
});

test('the whole target is run again where it takes no files, or one is not found', (t) => {
  const whole = { projects: ['e2e'], files: [] };
  const vm = { target: 'vm', serial: true };
  t.deepEqual(planRepetition(vm, result(['e2e:vm: test › logs › c']), find), whole);
  t.deepEqual(planRepetition(e2e, result(['e2e:e2e: elsewhere › c']), find), whole);
});

test('what passed, failed often, failed otherwise or is pure is not run again', (t) => {
  const one = ['e2e:e2e: test › logs › c'];
  t.is(planRepetition(e2e, result([]), find), undefined);
  t.is(planRepetition(e2e, result([...one, ...one, ...one, ...one]), find), undefined);
  t.is(planRepetition(e2e, result(one, { problems: ['an unexpected skip'] }), find), undefined);
  t.is(planRepetition({ target: 'test', serial: false }, result(one), find), undefined);
});

test('a test that passes at last counts as passed and is named; one that fails again, or is not run, has failed', (t) => {
  const first = result(['e2e:e2e: test › logs › c']);
  t.deepEqual(mergeRepetition(first, result([])), {
    ...first,
    passed: 10,
    failed: 0,
    failedTests: [],
    failedTasks: [],
    unsteadyTests: first.failedTests,
  });
  t.is(mergeRepetition(first, first), first);
  t.is(mergeRepetition(first, result([], { passed: 0 })), first);
});
