const MIN_COLUMNS = 10;
const GAP = 3;

/** Lines whose cells are parted by tabs, aligned as docker does it; the last cell of a line is not padded. */
export function alignColumns(
  lines: readonly string[],
  { least = MIN_COLUMNS, gap = GAP }: { readonly least?: number; readonly gap?: number } = {},
): string {
  const rows = lines.map((line) => line.split('\t'));
  const count = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(least, ...rows.map((row) => (column < row.length - 1 ? row[column]!.length + gap : 0))),
  );
  return rows
    .map((row) =>
      row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!))),
    )
    .map((cells) => `${cells.join('')}\n`)
    .join('');
}
