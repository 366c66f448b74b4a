/** Stands for `string-width`: each character is one column wide. */
export function countColumns(text: string): number {
  return text.length;
}

/** Stands for `strip-ansi`: there are no colours. */
export function keepText(text: string): string {
  return text;
}

/** Stands for `wrap-ansi`: breaks lines at blanks, words that are too long in the middle. */
export function wrapText(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns).join('\n'))
    .join('\n');
}

function wrapLine(line: string, columns: number): string[] {
  const lines = [''];
  for (const word of line.trimEnd().split(' ')) {
    const last = lines.at(-1)!;
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.flatMap((text) => text.match(new RegExp(`.{1,${Math.max(1, columns)}}`, 'g')) ?? ['']);
}

/** Stands for the function of `node:assert`. */
export function strictEqual(actual: unknown, expected: unknown, message?: string): void {
  if (actual !== expected) throw new Error(message ?? 'values differ');
}

/** Stands for the function of `node:assert`. */
export function notStrictEqual(actual: unknown, expected: unknown, message?: string): void {
  if (actual === expected) throw new Error(message ?? 'values are the same');
}
