import { formatTable } from '../table.js';
import type { Difference, Verdict } from './compare.js';

/** What was found equal, and what not and why, in Markdown. */
export function reportProof(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ side, equalFacts, meant, unexplained }) => [
    side,
    String(equalFacts),
    String(meant.reduce((sum, { differences }) => sum + differences.length, 0)),
    String(unexplained.length),
  ]);
  return [
    formatTable(['like mini in', 'facts', 'meant differences', 'unexplained'], rows),
    ...verdicts.map(reportDifferences).filter((text) => text !== ''),
  ].join('\n\n');
}

function reportDifferences({ side, meant, unexplained }: Verdict): string {
  return [
    ...meant.map(
      ({ reason, differences }) =>
        `- ${side}: ${reason} (${differences.map(({ fact }) => `\`${fact}\``).join(', ')})`,
    ),
    ...unexplained.map((each) => `- ${side}: NOT EXPLAINED: ${describeDifference(each)}`),
  ].join('\n');
}

function describeDifference({ fact, mini, other }: Difference): string {
  const show = (value: string | undefined) => (value === undefined ? 'missing' : `"${value}"`);
  return `${fact}: mini ${show(mini)}, here ${show(other)}`;
}
