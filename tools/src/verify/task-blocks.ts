import { stripVTControlCharacters } from 'node:util';

/** What one nx task printed. */
export interface TaskBlock {
  /** As nx names it: `contracts:test`. */
  readonly taskId: string;
  readonly lines: readonly string[];
}

const taskHeader = /^> nx run ([\w@/.-]+:[\w:-]+)(?:\s.*)?$/;
/** nx's own words, in which the last task's output ends. */
const nxLine = /^ NX {2,}/;
const failedTask = /^- ([\w@/.-]+:[\w:-]+)$/;

/** Lines as they would look on paper: no colours, no carriage returns. */
export function splitLines(output: string): string[] {
  return stripVTControlCharacters(output).replaceAll('\r', '').split('\n');
}

/** Cuts the output of `nx run-many` at its task headers. nx replays cached output, so counts survive caching. */
export function splitTaskBlocks(lines: readonly string[]): TaskBlock[] {
  const blocks: { taskId: string; lines: string[] }[] = [];
  for (const line of lines) {
    const taskId = taskHeader.exec(line)?.[1];
    if (taskId !== undefined) blocks.push({ taskId, lines: [] });
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks;
}

/** The tasks that nx lists under "Failed tasks:" at its end. */
export function parseFailedTasks(lines: readonly string[]): string[] {
  const start = lines.lastIndexOf('Failed tasks:');
  if (start < 0) return [];
  const tasks: string[] = [];
  for (const line of lines.slice(start + 1)) {
    const taskId = failedTask.exec(line)?.[1];
    if (taskId !== undefined) tasks.push(taskId);
    else if (line !== '') break;
  }
  return tasks;
}

/** The last lines that a task printed itself, blank ones left out. */
export function lastLinesOf({ lines }: TaskBlock, most: number): string[] {
  const end = lines.findIndex((line) => nxLine.test(line));
  return (end < 0 ? lines : lines.slice(0, end)).filter((line) => line.trim() !== '').slice(-most);
}
