import { type Plan, STEP_TABLE, type Step } from '@mini/contracts';
import { describeField } from './explain-field.js';

/**
 * A Plan for people: one numbered line per step with the field of the Spec it comes from. What an operation does is said
 * where it comes up first.
 */
export function formatPlan(plan: Plan): string {
  const explained = new Set<string>();
  const lines = plan.steps.flatMap((step, index) => listLines(step, String(index + 1), explained));
  const widths = [0, 1, 2].map((column) => Math.max(0, ...lines.map((line) => cap(line[column]!, column))));
  return lines.map((line) => `${align(line, widths)}\n`).join('');
}

/** Number or `or`, operation, fields, comment. */
type Line = readonly [string, string, string, string];

/** Wide fields do not push the comments of all other steps to the right. */
const MAX_FIELDS_COLUMNS = 64;

function cap(text: string, column: number): number {
  return column === 2 ? Math.min(text.length, MAX_FIELDS_COLUMNS) : text.length;
}

function align([number, op, fields, comment]: Line, [numbers, ops, most]: number[]): string {
  const line = `${number.padStart(numbers!)}  ${op.padEnd(ops!)}  ${fields.padEnd(most!)}`;
  return comment === '' ? line.trimEnd() : `${line}  # ${comment}`;
}

/** The step, and below it what runs instead when it fails with an errno it tolerates. */
function listLines(step: Step, number: string, explained: Set<string>): Line[] {
  const { op, origin, tolerates = [], otherwise } = step;
  const { does, fields } = STEP_TABLE[op];
  const values = step as unknown as Readonly<Record<string, unknown>>;
  const shown = Object.keys(fields).flatMap((field) => {
    const text = describeField(op, field, values[field]);
    return text === '' ? [] : [`${field}=${text}`];
  });
  const notes = [
    ...(origin === undefined ? [] : [origin]),
    ...(explained.has(op) ? [] : [does]),
    ...(tolerates.length === 0 ? [] : [`may fail with ${tolerates.join(', ')}`]),
  ];
  explained.add(op);
  const line: Line = [number, op, shown.join(' '), notes.join('; ')];
  return otherwise === undefined ? [line] : [line, ...listLines(otherwise, 'or', explained)];
}

/** A Plan for programs: one line of JSON. Numbers beyond 2^53 are decimal strings, bytes are base64. */
export function formatPlanJson(plan: Plan): string {
  return `${JSON.stringify(toJson(plan))}\n`;
}

function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}
