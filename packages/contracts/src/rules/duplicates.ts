import { type Findings, quoteText, type Segment } from '../describe/findings.js';

/** Notes each key that was there before, at its place. Places are made only for what is wrong. */
export function checkDuplicates(
  keys: Iterable<string | undefined>,
  placeOf: (index: number) => readonly Segment[],
  findings: Findings,
): void {
  const seen = new Set<string>();
  let index = 0;
  for (const key of keys) {
    if (key !== undefined && seen.has(key))
      findings.addAt(placeOf(index), `${quoteText(key)} is given twice`);
    if (key !== undefined) seen.add(key);
    index += 1;
  }
}
