import { errnoName, errnoOf, RuntimeError } from './errors.js';
import { MONITOR_STEP_TABLE, type MonitorStep } from './monitor-step-table.js';
import { littleEndian, PlanWriter } from './plan-writer.js';
import type { FieldType, StepDefinition } from './step-definition.js';
import { STEP_TABLE, type Step } from './step-table.js';

/** The flat list of steps a Spec is compiled to. The helper runs them in this order and knows nothing else. */
export interface Plan {
  readonly steps: readonly Step[];
}

/** What a monitor does later without being told, in the same form. */
export interface MonitorPlan {
  readonly steps: readonly MonitorStep[];
}

type AnyStep = Step | MonitorStep;

const STEPS: Readonly<Record<string, StepDefinition>> = STEP_TABLE;
const MONITOR_STEPS: Readonly<Record<string, StepDefinition>> = MONITOR_STEP_TABLE;

/** No name is in both tables. */
function definitionOf(op: string): StepDefinition {
  return STEPS[op] ?? MONITOR_STEPS[op]!;
}

/**
 * Layout of an encoded Plan, host-endian:
 *
 *     header  u32 magic   u32 version   u32 totalBytes   u32 recordCount
 *     record  u16 op      u16 flags     u32 length       payload, `length` bytes, padded with zeros to 8
 *     payload [u8 errno × 8 when flags has TOLERATES]    the fields of the step table, in its order
 *     number  u64
 *     other   u32 count   u32 bytes     data, padded with zeros to 8
 *             (string: count 1, NUL-terminated; strings: each NUL-terminated; numbers: u64 each; bytes: count 0)
 */
export const PLAN_FORMAT = {
  magic: 0x4e4c504d,
  version: 1,
  maxBytes: 1 << 20,
  headerBytes: 16,
  recordHeaderBytes: 8,
  maxTolerated: 8,
} as const;

/** Flags of a record. */
export const RECORD_FLAG = {
  /** The payload begins with the errnos that do not stop the Plan. */
  tolerates: 1,
  /** The next record is what to run instead when this one failed with a tolerated errno. */
  otherwise: 2,
} as const;

/** The records of a Plan in the order of the wire: each step, directly followed by its alternatives. */
export function listRecords<S extends AnyStep>(plan: { readonly steps: readonly S[] }): S[] {
  const records: S[] = [];
  for (const step of plan.steps) {
    for (let record: S | undefined = step; record !== undefined; record = record.otherwise as S | undefined) {
      records.push(record);
    }
  }
  return records;
}

/** Encodes a Plan for the helpers. Throws `RuntimeError` `bad-plan` for a NUL in a string or more than 1 MiB. */
export function encodePlan(plan: Plan | MonitorPlan): Uint8Array {
  const writer = new PlanWriter();
  writer.skip(PLAN_FORMAT.headerBytes);
  const records = listRecords<AnyStep>(plan);
  for (const record of records) writeRemembered(writer, record);
  const totalBytes = writer.offset;
  if (totalBytes > PLAN_FORMAT.maxBytes) {
    throw badPlan(
      `failed to encode the plan: ${totalBytes} bytes, at most ${PLAN_FORMAT.maxBytes} are allowed`,
    );
  }
  [PLAN_FORMAT.magic, PLAN_FORMAT.version, totalBytes, records.length].forEach((word, index) => {
    writer.setWord32(index * 4, word);
  });
  return writer.copy();
}

/** Decodes what `encodePlan` made; `origin` does not travel. Throws `RuntimeError` `bad-plan` for anything else. */
export function decodePlan(bytes: Uint8Array): Plan {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PLAN_FORMAT.headerBytes) throw badPlan('failed to decode the plan: the header is cut');
  const [magic, version, totalBytes, recordCount] = [0, 4, 8, 12].map((at) =>
    view.getUint32(at, littleEndian),
  );
  if (magic !== PLAN_FORMAT.magic || version !== PLAN_FORMAT.version) {
    throw badPlan(`failed to decode the plan: magic ${magic} version ${version} is not that of a plan`);
  }
  if (totalBytes !== bytes.length) {
    throw badPlan(`failed to decode the plan: ${bytes.length} bytes, the header says ${totalBytes}`);
  }
  const records: { step: Step; otherwise: boolean }[] = [];
  let offset: number = PLAN_FORMAT.headerBytes;
  while (offset < bytes.length) {
    const record = decodeRecord(bytes, view, offset, records.length);
    records.push(record);
    offset = record.end;
  }
  if (records.length !== recordCount) {
    throw badPlan(`failed to decode the plan: ${records.length} records, the header says ${recordCount}`);
  }
  return { steps: nestAlternatives(records) };
}

function nestAlternatives(records: readonly { step: Step; otherwise: boolean }[]): Step[] {
  const steps: Step[] = [];
  for (const { step, otherwise } of [...records].reverse()) {
    const alternative = otherwise ? steps.shift() : undefined;
    if (otherwise && alternative === undefined) {
      throw badPlan('failed to decode the plan: the last record wants an alternative');
    }
    steps.unshift(alternative === undefined ? step : { ...step, otherwise: alternative });
  }
  return steps;
}

const seen = new WeakSet<AnyStep>();
const encoded = new WeakMap<AnyStep, Uint8Array>();

/**
 * Compilers give the same step to many Plans where nothing in it depends on the container. One that comes a second time
 * is kept encoded.
 */
function writeRemembered(writer: PlanWriter, step: AnyStep): void {
  const bytes = encoded.get(step);
  if (bytes !== undefined) {
    writer.writeBytes(bytes);
    return;
  }
  const start = writer.offset;
  writeRecord(writer, step);
  if (seen.has(step)) encoded.set(step, writer.copy(start));
  else seen.add(step);
}

function writeRecord(writer: PlanWriter, step: AnyStep): void {
  const { tolerates = [], otherwise } = step;
  const start = writer.offset;
  writer.skip(PLAN_FORMAT.recordHeaderBytes);
  if (tolerates.length > 0) writeTolerated(writer, step.op, tolerates);
  const { op, fields } = definitionOf(step.op);
  for (const name of Object.keys(fields)) {
    writer.writeField(fields[name]!, (step as unknown as Record<string, unknown>)[name], step.op, name);
  }
  const flags =
    (tolerates.length > 0 ? RECORD_FLAG.tolerates : 0) |
    (otherwise === undefined ? 0 : RECORD_FLAG.otherwise);
  writer.setWord16(start, op);
  writer.setWord16(start + 2, flags);
  writer.setWord32(start + 4, writer.offset - start - PLAN_FORMAT.recordHeaderBytes);
}

function writeTolerated(writer: PlanWriter, op: string, names: readonly string[]): void {
  if (names.length > PLAN_FORMAT.maxTolerated) {
    throw badPlan(
      `failed to encode the step "${op}": ${names.length} tolerated errnos, at most 8 are allowed`,
    );
  }
  writer.writeBytes(names.map(errnoOf));
  writer.skip(PLAN_FORMAT.maxTolerated - names.length);
}

let opNames: ReadonlyMap<number, string> | undefined;

/** Made when the first Plan is read: to start a container none is. */
function nameOf(op: number): string | undefined {
  opNames ??= new Map(
    Object.entries({ ...STEPS, ...MONITOR_STEPS }).map(([name, definition]) => [definition.op, name]),
  );
  return opNames.get(op);
}

function decodeRecord(bytes: Uint8Array, view: DataView, start: number, index: number) {
  const fail = (reason: string) => badPlan(`failed to decode the plan: ${reason} (record ${index})`);
  if (bytes.length - start < PLAN_FORMAT.recordHeaderBytes) throw fail('the record is cut');
  const op = nameOf(view.getUint16(start, littleEndian));
  const flags = view.getUint16(start + 2, littleEndian);
  const end = start + PLAN_FORMAT.recordHeaderBytes + view.getUint32(start + 4, littleEndian);
  if (op === undefined) throw fail('the step is unknown');
  if (flags > (RECORD_FLAG.tolerates | RECORD_FLAG.otherwise)) throw fail('a flag is unknown');
  if (end > bytes.length) throw fail('the record is cut');
  const reader = new FieldReader(bytes, view, start + PLAN_FORMAT.recordHeaderBytes, end, fail);
  const tolerates = (flags & RECORD_FLAG.tolerates) === 0 ? [] : reader.tolerated();
  const fields = Object.entries(definitionOf(op).fields).map(([field, type]) => [field, reader.read(type)]);
  if (reader.offset !== end) throw fail('bytes are left over');
  const step = { op, ...Object.fromEntries(fields), ...(tolerates.length > 0 ? { tolerates } : {}) } as Step;
  return { step, otherwise: (flags & RECORD_FLAG.otherwise) !== 0, end };
}

class FieldReader {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly view: DataView,
    public offset: number,
    private readonly end: number,
    private readonly fail: (reason: string) => Error,
  ) {}

  tolerated(): string[] {
    return [...this.take(PLAN_FORMAT.maxTolerated)]
      .filter((errno) => errno !== 0)
      .map((errno) => errnoName(errno) ?? String(errno));
  }

  read(type: FieldType): unknown {
    if (type === 'number') return this.number();
    const count = this.view.getUint32(this.check(8), littleEndian);
    const length = this.view.getUint32(this.offset + 4, littleEndian);
    this.offset += 8;
    const data = this.take(length);
    if (this.take(padded(length) - length).some((byte) => byte !== 0)) throw this.fail('padding is not zero');
    if (type === 'bytes') return data.slice();
    if (type === 'numbers') return this.numbers(data, count);
    const strings = this.strings(data, count);
    return type === 'string' ? strings[0] : strings;
  }

  private check(length: number): number {
    if (this.end - this.offset < length) throw this.fail('a field is cut');
    return this.offset;
  }

  private take(length: number): Uint8Array {
    const start = this.check(length);
    this.offset += length;
    return this.bytes.subarray(start, this.offset);
  }

  private number(): number | bigint {
    const value = this.view.getBigUint64(this.check(8), littleEndian);
    this.offset += 8;
    return narrow(value);
  }

  private numbers(data: Uint8Array, count: number): (number | bigint)[] {
    if (data.length !== count * 8) throw this.fail('a list has the wrong length');
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    return Array.from({ length: count }, (_, index) => narrow(view.getBigUint64(index * 8, littleEndian)));
  }

  private strings(data: Uint8Array, count: number): string[] {
    const parts = new TextDecoder('utf-8', { fatal: true }).decode(data).split('\0');
    if (parts.pop() !== '' || parts.length !== count)
      throw this.fail('a list of strings has the wrong count');
    return parts;
  }
}

/** Numbers as the compilers write them: negative ones small, unsigned ones beyond 2^53 as bigint. */
function narrow(value: bigint): number | bigint {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  const signed = BigInt.asIntN(64, value);
  return signed < -1n && signed >= -0x80000000n ? Number(signed) : value;
}

function padded(length: number): number {
  return (length + 7) & ~7;
}

function badPlan(message: string): RuntimeError<'bad-plan'> {
  return new RuntimeError({ code: 'bad-plan', message });
}
