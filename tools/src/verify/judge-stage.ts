import { countTests, type Skip } from './count-tests.js';
import { type ExpectedSkips, findUnexpectedSkips } from './expected-skips.js';
import { lastLinesOf, parseFailedTasks, splitLines, splitTaskBlocks, type TaskBlock } from './task-blocks.js';

/** What a run of one nx target over all projects came to. */
export interface StageResult {
  readonly passed: number;
  readonly failed: number;
  readonly known: number;
  /** `<task>: <title>` of each test that failed. */
  readonly failedTests: readonly string[];
  /** Tests that failed, and passed when they ran once more. */
  readonly unsteadyTests: readonly string[];
  /** What was said of the tests that failed, and last by tasks that failed without one. */
  readonly failureReport: readonly string[];
  readonly skips: readonly Skip[];
  readonly failedTasks: readonly string[];
  /** One line for each failure that is not a failed test. */
  readonly problems: readonly string[];
}

export interface StageOutput {
  readonly output: string;
  readonly exitCode: number;
}

export interface StageContext {
  /** The nx target that was run. */
  readonly target: string;
  readonly machineKind: string;
  readonly expectedSkips: ExpectedSkips;
  /** Tasks that failed in an earlier stage and are counted already: nx repeats a build that failed. */
  readonly countedTasks: ReadonlySet<string>;
}

/** The skip that says that there is no virtual machine: a fact of this machine, not of the guest. */
const laneSkipId = 'vm';
const guestKind = 'vm-cgroup2';

/** What of a failed task's output is repeated where no test of it tells more. */
const LAST_LINES = 20;

/** Turns what nx printed into counts. A task that failed counts as its failed tests, and as one at least. */
export function judgeStage({ output, exitCode }: StageOutput, context: StageContext): StageResult {
  const lines = splitLines(output);
  const listedTasks = parseFailedTasks(lines);
  const failedTasks = listedTasks.filter((taskId) => !context.countedTasks.has(taskId));
  const taskBlocks = splitTaskBlocks(lines);
  const blocks = taskBlocks.map((block) => judgeBlock(block, context));
  const countedInBlocks = new Set(blocks.filter(({ failed }) => failed > 0).map(({ taskId }) => taskId));
  const problems = blocks.flatMap((block) => block.problems);
  const testlessTasks = failedTasks.filter((taskId) => !countedInBlocks.has(taskId));
  for (const taskId of testlessTasks) problems.push(`${taskId} failed`);
  // A target that was renamed must not pass for one that found nothing wrong.
  if (blocks.length === 0 && exitCode === 0) problems.push(`no project has the target "${context.target}"`);
  if (exitCode !== 0 && listedTasks.length === 0) problems.push(`nx ended with exit code ${exitCode}`);
  const sum = (key: 'passed' | 'failed' | 'known') => blocks.reduce((total, block) => total + block[key], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed') + problems.length,
    known: sum('known'),
    failedTests: blocks.flatMap(({ taskId, failedTitles }) =>
      failedTitles.map((title) => `${taskId}: ${title}`),
    ),
    unsteadyTests: [],
    failureReport: [
      ...blocks.flatMap((block) => block.failureReport),
      ...taskBlocks.filter(({ taskId }) => testlessTasks.includes(taskId)).flatMap(describeEnd),
    ],
    skips: blocks.flatMap((block) => block.skips),
    failedTasks,
    problems,
  };
}

function describeEnd(block: TaskBlock): string[] {
  return [`the end of ${block.taskId}:`, ...lastLinesOf(block, LAST_LINES).map((line) => `  ${line}`)];
}

function judgeBlock(block: TaskBlock, { machineKind, expectedSkips }: StageContext) {
  const counts = countTests(block.lines);
  const inGuest = block.taskId.endsWith(':vm');
  const kindOf = ({ id }: Skip) => (inGuest && id !== laneSkipId ? guestKind : machineKind);
  const unexpected = counts.skips.filter(
    (skip) => findUnexpectedSkips([skip], kindOf(skip), expectedSkips).length > 0,
  );
  const problems = unexpected.map(
    (skip) => `unexpected skip of ${skip.id} on "${kindOf(skip)}" in ${block.taskId}: ${skip.reason}`,
  );
  const announced = counts.skips.filter(({ id }) => id !== laneSkipId).length;
  if (counts.skipped > announced) {
    problems.push(`${block.taskId}: ${counts.skipped - announced} skipped without a printed reason`);
  }
  // A repetition of the tests that failed must not hide those that did not come to their turn. Alone it fails its task.
  if (counts.failed > 0) problems.push(...counts.brokenFiles.map((broken) => `${block.taskId}: ${broken}`));
  return { taskId: block.taskId, ...counts, problems };
}
