import test from 'ava';
import { judgeStage, type StageContext } from '../../src/verify/judge-stage.js';

const context: StageContext = {
  target: 'test',
  machineKind: 'hybrid',
  expectedSkips: { hybrid: { 'run.oom': 'no swap', vm: 'no QEMU' }, 'vm-cgroup2': { 'run.io': 'no disk' } },
  countedTasks: new Set(),
};

const judge = (lines: string[], exitCode = 0, changes: Partial<StageContext> = {}) =>
  judgeStage({ output: lines.join('\n'), exitCode }, { ...context, ...changes });

const green = '\u001B[32m✔\u001B[39m';

test('counts the tests of cached and of fresh tasks, whatever their colours', (t) => {
  const result = judge([
    ' NX   Running target test for 2 projects:',
    '> nx run contracts:test  [local cache]',
    '> ava\r',
    `  ${green} plan \u001B[90m›\u001B[39m encodes`,
    `  ${green} plan › refuses (1.2s)`,
    '  2 tests passed',
    '> nx run state-store:test',
    '  ✔ one',
    '  ✔ [expected fail] two',
    '  1 test passed',
  ]);
  t.like(result, { passed: 3, failed: 0, known: 1, skips: [], failedTasks: [], problems: [] });
});

test('counts the signs of a terminal without Unicode', (t) => {
  const lines = ['  √ one', '  √ [expected fail] two', '  × [fail]: three', '    i skip run.oom: no swap'];
  t.like(judge(['> nx run e2e:vm', ...lines], 0, { machineKind: 'vm-cgroup2', expectedSkips: {} }), {
    passed: 1,
    known: 1,
    failedTests: ['e2e:vm: three'],
    skips: [{ id: 'run.oom', reason: 'no swap' }],
  });
});

test('a failed task counts as its failed tests, one that printed none as one', (t) => {
  const result = judge(
    [
      '> nx run contracts:test',
      '  ✔ fine',
      '  ✘ [fail]: first',
      '  ✘ [fail]: second',
      '  ─',
      '  first',
      '  Difference',
      '  ─',
      '  2 tests failed',
      '> nx run cli:test',
      '  ✘ Couldn’t find any files to test',
      '',
      ' NX   Running target test for 2 projects failed',
      '',
      'Failed tasks:',
      '',
      '- contracts:test',
      '- cli:test',
      '',
      '  Run duration: 1s',
    ],
    1,
  );
  t.deepEqual(result.failedTests, ['contracts:test: first', 'contracts:test: second']);
  t.deepEqual(result.failureReport, [
    '  first',
    '  Difference',
    'the end of cli:test:',
    '    ✘ Couldn’t find any files to test',
  ]);
  t.like(result, {
    passed: 1,
    failed: 3,
    failedTasks: ['contracts:test', 'cli:test'],
    problems: ['cli:test failed'],
  });
});

test('of a failed task that is no test the last lines are repeated, and none of another', (t) => {
  const said = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const end = [
    '',
    ' NX   Running target fuzz for 2 projects failed',
    '',
    'Failed tasks:',
    '',
    '- contracts:fuzz',
  ];
  const result = judge(
    ['> nx run init-helper:fuzz', 'fine', '> nx run contracts:fuzz', ...said, ...end, '', 'Hint'],
    1,
  );
  t.deepEqual(result.problems, ['contracts:fuzz failed']);
  t.deepEqual(result.failureReport, [
    'the end of contracts:fuzz:',
    ...said.slice(-20).map((line) => `  ${line}`),
  ]);
});

test('a build that failed in an earlier stage is not counted again', (t) => {
  const lines = ['> nx run cli:build', 'error', 'Failed tasks:', '', '- cli:build'];
  t.is(judge(lines, 1).failed, 1);
  t.is(judge(lines, 1, { countedTasks: new Set(['cli:build']) }).failed, 0);
});

test('a target that nothing has is a failure, and so is an nx that dies without a list', (t) => {
  t.deepEqual(judge([' NX   No tasks were run']).problems, ['no project has the target "test"']);
  t.deepEqual(judge(['> nx run cli:test', '  ✔ fine'], 137).problems, ['nx ended with exit code 137']);
});

test('an expected skip passes, any other fails', (t) => {
  const lines = [
    '> nx run e2e:e2e',
    '    ℹ skip run.oom: no swap here',
    'skip run.new: /dev/fuse is missing',
  ];
  const result = judge(lines);
  t.deepEqual(result.skips, [
    { id: 'run.oom', reason: 'no swap here' },
    { id: 'run.new', reason: '/dev/fuse is missing' },
  ]);
  t.deepEqual(result.problems, ['unexpected skip of run.new on "hybrid" in e2e:e2e: /dev/fuse is missing']);
  t.is(result.failed, 1);
});

test('a skip without a printed reason fails', (t) => {
  const result = judge([
    '> nx run e2e:e2e',
    '  - [skip] run › oom',
    'skip run.oom: no swap',
    '  - [skip] run › silent',
  ]);
  t.deepEqual(result.problems, ['e2e:e2e: 1 skipped without a printed reason']);
});

test('skips inside the virtual machine are those of its own kind, its absence is this machine’s', (t) => {
  const inside = judge(['> nx run e2e:vm', 'skip run.io: no disk', 'skip run.oom: no swap']);
  t.deepEqual(inside.problems, ['unexpected skip of run.oom on "vm-cgroup2" in e2e:vm: no swap']);
  t.deepEqual(judge(['> nx run e2e:vm', 'skip vm: qemu-system-x86_64 is missing']).problems, []);
});

test('a file that broke beside a failed test is a problem of its own, which no repetition can mend', (t) => {
  const broken = '  ✘ dist/test/exec.test.js exited with a non-zero exit code: 1';
  const failed = ['  ✘ [fail]: life › ends', '  1 test failed', ''];
  const end = ['Failed tasks:', '', '- e2e:e2e', ''];
  const result = judge(['> nx run e2e:e2e', broken, ...failed, ...end], 1);
  t.is(result.failed, 2);
  t.deepEqual(result.problems, ['e2e:e2e: dist/test/exec.test.js exited with a non-zero exit code: 1']);
  t.deepEqual(judge(['> nx run e2e:e2e', broken, '', ...end], 1).problems, ['e2e:e2e failed']);
});
