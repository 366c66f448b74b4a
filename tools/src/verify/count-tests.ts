/** A test that did not run, as it announced itself: `skip <id>: <reason>`. */
export interface Skip {
  readonly id: string;
  readonly reason: string;
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  /** Titles of the tests that failed. */
  readonly failedTitles: readonly string[];
  /** What ava says of each failure, which it keeps for its end. */
  readonly failureReport: readonly string[];
  /** What ava says of files that ended before their tests did. */
  readonly brokenFiles: readonly string[];
  /** Tests that ava was told to skip. */
  readonly skipped: number;
  /** Tests that are known to fail (`test.failing`). */
  readonly known: number;
  readonly skips: readonly Skip[];
}

// What ava's default reporter prints for each test; its summary leaves the passed ones out when one failed.
// The second sign of each pair is what it prints on a terminal without Unicode.
const passedLine = /^\s*[✔√] (?!\[expected fail\])/;
const failedLine = /^\s*[✘×] \[fail\]:\s*(.*)$/;
const brokenLine = /^\s*[✘×] (?!\[)(.*)$/;
const skippedLine = /^\s*- \[skip\] /;
const knownLine = /^\s*[✔√] \[expected fail\] /;
const ruleLine = /^\s*[─-]$/;
const skipLine = /^\s*(?:[ℹi] )?skip ([\w./-]+): (.+)$/;

/** Counts the tests in ava's output, line by line. */
export function countTests(lines: readonly string[]): TestCounts {
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  const failedTitles = lines.flatMap((line) => failedLine.exec(line)?.[1] ?? []);
  return {
    passed: count(passedLine),
    failed: failedTitles.length,
    failedTitles,
    failureReport: failedTitles.length > 0 ? betweenRules(lines) : [],
    brokenFiles: lines.flatMap((line) => brokenLine.exec(line)?.[1] ?? []),
    skipped: count(skippedLine),
    known: count(knownLine),
    skips: parseSkips(lines),
  };
}

function betweenRules(lines: readonly string[]): string[] {
  const isRule = (line: string) => ruleLine.test(line);
  return lines
    .slice(lines.findIndex(isRule) + 1, lines.findLastIndex(isRule))
    .filter((line) => !isRule(line));
}

function parseSkips(lines: readonly string[]): Skip[] {
  const byId = new Map<string, Skip>();
  for (const line of lines) {
    const [, id, reason] = skipLine.exec(line) ?? [];
    if (id !== undefined && reason !== undefined) byId.set(id, { id, reason });
  }
  return [...byId.values()];
}
