import { join } from 'node:path';
import { detectMachineKind } from '../machine-kind.js';
import { workspaceRoot } from '../workspace.js';
import { findUnusedExpectations, readExpectedSkips } from './expected-skips.js';
import { judgeStage, type StageContext, type StageResult } from './judge-stage.js';
import { findTestFile, mergeRepetition, planRepetition } from './repeat-stage.js';
import { runStage, type Stage, stages } from './stages.js';
import { summarize } from './summary.js';

/** Runs every stage, also after one that failed, and ends with one line that counts. */
async function main(): Promise<number> {
  const machineKind = detectMachineKind();
  const expectedSkips = readExpectedSkips(join(workspaceRoot, 'e2e/expected-skips.json'));
  const results: StageResult[] = [];
  const countedTasks = new Set<string>();
  for (const stage of stages) {
    print(`\n== ${stage.target}`);
    const context = { target: stage.target, machineKind, expectedSkips, countedTasks };
    const first = judgeStage(await runStage(stage, process.stdout), context);
    const result = await repeatFailures(stage, first, context);
    for (const taskId of result.failedTasks) countedTasks.add(taskId);
    results.push(result);
  }
  const problems = results.flatMap((result) => result.problems);
  if (process.argv.includes('--setup-failed')) problems.push('tools/setup failed');
  const skips = results.flatMap((result) => result.skips);
  print(`\n== verified on "${machineKind}"`);
  for (const { id, reason } of skips) print(`skipped ${id}: ${reason}`);
  for (const id of findUnusedExpectations(skips, machineKind, expectedSkips)) {
    print(`note: the skip of ${id} expected on "${machineKind}" did not happen`);
  }
  // Repeated here, for an hour of output may lie between a failure and the end, and a log be cut.
  for (const line of results.flatMap((result) => result.failureReport)) print(line);
  const summary = summarize(results, problems);
  for (const title of results.flatMap((result) => result.unsteadyTests)) {
    print(`unsteady, to be mended: ${title}`);
  }
  for (const title of results.flatMap((result) => result.failedTests)) print(`failure: ${title}`);
  for (const problem of summary.problems) print(`failure: ${problem}`);
  print(summary.line);
  return summary.exitCode;
}

/** A test on the real machine that fails once and then passes does not hide what all others say, but is named. */
async function repeatFailures(stage: Stage, first: StageResult, context: StageContext): Promise<StageResult> {
  const again = planRepetition(stage, first, (project, file) =>
    findTestFile(join(workspaceRoot, project), file),
  );
  if (again === undefined) return first;
  print(`\n== ${stage.target}, again: ${[...again.projects, ...again.files].join(' ')}`);
  return mergeRepetition(first, judgeStage(await runStage(stage, process.stdout, again), context));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
