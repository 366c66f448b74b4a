import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StageResult } from './judge-stage.js';
import type { Stage } from './stages.js';

/** More than these are no accident of the machine. */
const MOST_FAILURES = 3;

/** A second run of what failed in a stage. */
export interface Repetition {
  readonly projects: readonly string[];
  /** Test files to which it is narrowed; none: all of the target. */
  readonly files: readonly string[];
}

/**
 * What to run again of a stage on the real machine in which a few tests failed and nothing else; `undefined` when its
 * failure stands. A pure test has no excuse.
 *
 * @param findFile the compiled test file of a project, `undefined` when there is none
 */
export function planRepetition(
  stage: Stage,
  { failed, failedTests, problems }: StageResult,
  findFile: (project: string, file: string) => string | undefined,
): Repetition | undefined {
  if (!stage.serial || failed === 0 || failed > MOST_FAILURES || problems.length > 0) return undefined;
  const tests = failedTests.map(splitTest);
  const files = tests.map(({ project, parts }) => fileOf(parts, (file) => findFile(project, file)));
  const areKnown = stage.takesFiles && files.every((file) => file !== undefined);
  return {
    projects: unique(tests.map(({ project }) => project)),
    files: areKnown ? unique(files as string[]) : [],
  };
}

/** A stage whose failed tests have passed when they ran again: passed, but named. */
export function mergeRepetition(first: StageResult, second: StageResult): StageResult {
  if (second.failed > 0 || second.passed === 0) return first;
  return {
    ...first,
    passed: first.passed + first.failed,
    failed: 0,
    failedTests: [],
    failedTasks: [],
    unsteadyTests: first.failedTests,
  };
}

/** Looks where ava's configuration has tests: `faults › crowds › title` stands in `dist/faults/crowds.test.js`. */
export function findTestFile(root: string, file: string): string | undefined {
  return [`dist/${file}.test.js`, `dist/test/${file}.test.js`].find((path) => existsSync(join(root, path)));
}

function splitTest(test: string): { project: string; parts: string[] } {
  const [, project = '', title = ''] = /^([^:]+):[^ ]+: (.*)$/.exec(test) ?? [];
  return { project, parts: title.split(' › ') };
}

/** The title itself may have arrows too. */
function fileOf(parts: string[], find: (file: string) => string | undefined): string | undefined {
  for (let count = parts.length - 1; count > 0; count--) {
    const file = find(parts.slice(0, count).join('/'));
    if (file !== undefined) return file;
  }
  return undefined;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
