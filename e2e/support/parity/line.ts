import type { DifferenceId } from './differences.js';
import type { ErrorKind } from './error-kind.js';

/**
 * A command line for both engines, as a person would type it; a quoted part is one word. `@IMAGE` is the image (for mini
 * the directory that it was made of, as a throw-away layer), `@DIR` a directory with files,
 * `@ROOT` the directory of the image, `@RUN` a number that no other run of the tests has, `@ENGINE` the engine's name.
 */
export type Line = string | DescribedLine;

export interface DescribedLine {
  readonly line: string;
  /** What both must say is wrong; nothing may be wrong unless told. */
  readonly fails?: ErrorKind;
  /** What is meant to be different: then it must be. */
  readonly differs?: readonly DifferenceId[];
  readonly input?: string;
}

/** Lines that are run one after the other; what they make is removed by them. */
export interface Scenario {
  readonly title: string;
  readonly lines: readonly Line[];
}

export function describeLine(line: Line): DescribedLine {
  return typeof line === 'string' ? { line } : line;
}

/** One that must fail, for the same reason on both sides. */
export function refused(line: string, fails: ErrorKind, ...differs: DifferenceId[]): DescribedLine {
  return { line, fails, differs };
}

/** One whose difference is meant. */
export function differing(line: string, ...differs: DifferenceId[]): DescribedLine {
  return { line, differs };
}

/** The words of a line; what stands in quotes, of which there are two kinds, stays together. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const [whole] of line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    words.push(whole.replace(/"([^"]*)"|'([^']*)'/g, (_, one, other) => one ?? other));
  }
  return words;
}
