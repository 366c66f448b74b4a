import type { BenchOptions } from './options.js';
import type { Scene } from './scene.js';
import { type Summary, summarize } from './statistics.js';
import { formatTable } from './table.js';
import type { Target } from './targets.js';
import type { Tree } from './trees.js';

/** What the sections have in common. */
export interface BenchContext {
  readonly scene: Scene;
  readonly trees: readonly Tree[];
  readonly options: BenchOptions;
  has(program: string): boolean;
  warn(line: string): void;
}

/** One part of the report. */
export interface Section {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly targets: readonly Target[];
}

/** Medians of what was measured, by the names of the sides; NaN for a side that was not there. */
export function mediansOf(samples: ReadonlyMap<string, readonly number[]>): (name: string) => number {
  return (name) => summarize(samples.get(name) ?? []).median;
}

/** A row for each side, with its median against that of `base`. */
export function formatSamples(samples: ReadonlyMap<string, readonly number[]>, base: string): string {
  const baseMedian = mediansOf(samples)(base);
  const rows = [...samples].map(([name, values]) => formatRow(name, summarize(values), baseMedian));
  return formatTable(['', 'median ms', '10 %', '90 %', `of ${base}`, 'runs'], rows);
}

function formatRow(name: string, { median, low, high, count }: Summary, baseMedian: number): string[] {
  return [name, ...[median, low, high, median / baseMedian].map((value) => value.toFixed(2)), String(count)];
}
