import type { StageResult } from './judge-stage.js';

export interface Summary {
  /** `N passed, N failed`, and `, N skipped` where there are any. */
  readonly line: string;
  readonly problems: readonly string[];
  readonly exitCode: 0 | 1;
}

/** @param problems failures that are not failed tests, those of the stages among them */
export function summarize(results: readonly StageResult[], problems: readonly string[]): Summary {
  const sum = (key: 'passed' | 'failed') => results.reduce((total, result) => total + result[key], 0);
  const stageProblems = results.reduce((total, result) => total + result.problems.length, 0);
  const passed = sum('passed');
  // A run that tested nothing must not look like a success.
  const allProblems = passed === 0 ? [...problems, 'no test passed'] : problems;
  const failed = sum('failed') + allProblems.length - stageProblems;
  const skipped = results.reduce((total, result) => total + result.skips.length, 0);
  const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return { line, problems: allProblems, exitCode: failed > 0 ? 1 : 0 };
}
