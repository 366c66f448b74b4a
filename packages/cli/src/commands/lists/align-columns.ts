const MIN_COLUMNS = 10;
const GAP = 3;

/** Lines whose cells are parted by tabs, aligned as docker does it; the last cell of a line is not padded. */
export function alignColumns(
  lines: readonly string[],
  { least = MIN_COLUMNS, gap = GAP }: { readonly least?: number; readonly gap?: number } = {},
): string {
  const rows = lines.map((line) => line.split('\t'));
  const widths: number[] = [];
  for (const row of rows) {
    for (let column = 0; column < row.length; column++) {
      const width = column < row.length - 1 ? row[column]!.length + gap : 0;
      widths[column] = Math.max(widths[column] ?? least, width);
    }
  }
  let text = '';
  for (const row of rows) {
    for (let column = 0; column < row.length - 1; column++) text += row[column]!.padEnd(widths[column]!);
    text += `${row.at(-1)}\n`;
  }
  return text;
}
