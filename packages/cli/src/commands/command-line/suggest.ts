import { RuntimeError } from '@mini/contracts';
import type { Option } from '../options/option.js';
import { indexOptions, type Mistake } from './read-words.js';

/** The candidate that is at most a third of its length in edits away from `word`; the nearest, the first of equals. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = countEdits(word, candidate);
    if (distance < least && distance <= Math.max(1, Math.floor(candidate.length / 3))) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

/** How many letters must be added, removed, replaced or swapped with their neighbour (optimal string alignment). */
function countEdits(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, row) => [row]);
  rows[0] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1;
      const edits = [
        rows[row - 1]![column]! + 1,
        rows[row]![column - 1]! + 1,
        rows[row - 1]![column - 1]! + same,
      ];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && swapped) edits.push(rows[row - 2]![column - 2]! + 1);
      rows[row]![column] = Math.min(...edits);
    }
  }
  return rows[from.length]![to.length]!;
}

/** The error for flags that could not be read, with the nearest flag there is. `command` is for the hint. */
export function describeMistake(mistake: Mistake, options: readonly Option[], command: string): RuntimeError {
  const { kind, flag, word = flag } = mistake;
  if (kind === 'no-value') {
    return new RuntimeError({
      code: 'bad-option',
      message: `failed to parse the flag "${flag}": it needs a value`,
    });
  }
  const nearest = flag.startsWith('--') ? findNearest(flag, [...indexOptions(options).keys()]) : undefined;
  const within = word === flag ? '' : ` in "${word}"`;
  return new RuntimeError({
    code: 'bad-option',
    message: `failed to parse the flag "${flag}"${within}: there is no such flag`,
    context: {
      hint: nearest === undefined ? `${command} --help lists the flags` : `did you mean "${nearest}"?`,
    },
  });
}

/** The error for a word that names no command. */
export function describeUnknownCommand(name: string, commands: readonly string[]): RuntimeError {
  const nearest = findNearest(name, commands);
  return new RuntimeError({
    code: 'unknown-command',
    message: `failed to find the command "${name}": there is no such command`,
    context: {
      hint: nearest === undefined ? 'mini --help lists the commands' : `did you mean "${nearest}"?`,
    },
  });
}
