import test from 'ava';
import type { StageResult } from '../../src/verify/judge-stage.js';
import { summarize } from '../../src/verify/summary.js';

const stage = (changes: Partial<StageResult>): StageResult => ({
  passed: 0,
  failed: 0,
  known: 0,
  failedTests: [],
  unsteadyTests: [],
  failureReport: [],
  skips: [],
  failedTasks: [],
  problems: [],
  ...changes,
});

test('passes only when tests passed and nothing failed', (t) => {
  t.deepEqual(summarize([stage({ passed: 3 }), stage({ passed: 4 })], []), {
    line: '7 passed, 0 failed',
    problems: [],
    exitCode: 0,
  });
});

test('a run without a test fails', (t) => {
  t.deepEqual(summarize([stage({})], []), {
    line: '0 passed, 1 failed',
    problems: ['no test passed'],
    exitCode: 1,
  });
});

test('problems of stages are counted once, those beside the stages too', (t) => {
  const results = [
    stage({ passed: 5, failed: 3, problems: ['cli:build failed'], skips: [{ id: 'a', reason: 'b' }] }),
  ];
  const summary = summarize(results, ['cli:build failed', 'tools/setup failed']);
  t.is(summary.line, '5 passed, 4 failed, 1 skipped');
  t.is(summary.exitCode, 1);
});
