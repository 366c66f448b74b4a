import { collect, type Failure, quote, throwFailures } from '../problem.js';
import { compileTemplate, parseTemplate } from '../template/index.js';
import { alignColumns } from './align-columns.js';

/**
 * One line of a list: texts by the names that templates use. What takes work to find out is a function, called when it is
 * shown; one with parameters is for templates alone.
 */
export type Row = Readonly<Record<string, string | (() => string) | ((given: unknown) => string)>>;

/** What a list looks like. */
export interface ListShape {
  /** Headings of all fields, by the fields' names. */
  readonly headings: Row;
  /** The template when none is given, in the form of `--format`. */
  readonly table: string;
}

/**
 * A list in the form of `--format`: nothing or `table`, `table TEMPLATE` with headings, `json` with one object a line, or
 * a template for each line. Rows may be made as they are asked for: each is shown before the next. Throws `RuntimeError`
 * `bad-option`.
 */
export function formatList(
  { headings, table }: ListShape,
  rows: Iterable<Row>,
  format: string | undefined,
): string {
  const wanted = format === undefined || format === '' || format === 'table' ? table : format;
  if (wanted === 'json') return Array.from(rows, (row) => `${JSON.stringify(row, callFields)}\n`).join('');
  const isTable = /^table[ \t]/.test(wanted) || wanted === table;
  // Shells hand "\t" on as two characters.
  const template = wanted
    .replace(/^table[ \t]+/, '')
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n');
  return refuseBadTemplate(wanted, () => {
    const render = compileTemplate(parseTemplate(template));
    // A mistake must show even when there is nothing to list.
    const heading = render(headings);
    const lines = Array.from(rows, render);
    return isTable ? alignColumns([heading, ...lines]) : lines.map((line) => `${line}\n`).join('');
  });
}

/** Fields as texts; those with parameters are left out. */
function callFields(_: string, value: unknown): unknown {
  return typeof value === 'function' && value.length === 0 ? value() : value;
}

/** Each datum through a template, a line each. Throws `RuntimeError` `bad-option`. */
export function formatEach(data: readonly unknown[], format: string): string {
  return refuseBadTemplate(format, () => {
    const render = compileTemplate(parseTemplate(format));
    return data.map((datum) => `${render(datum)}\n`).join('');
  });
}

function refuseBadTemplate(format: string, render: () => string): string {
  const failures: Failure[] = [];
  const text = collect(failures, `--format ${quote(format)}`, render);
  throwFailures(failures);
  return text ?? '';
}
