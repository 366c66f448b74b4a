import * as fs from 'node:fs';
import { reasonOf } from '@mini/contracts';
import { replaceFile } from './atomic-file.js';
import { errnoNameOf, stateError, wrapError } from './errors.js';
import type { StoreContext } from './store-context.js';

/** Turns a parsed JSON value into a record, or throws an error whose message says what is wrong with it. */
export type Validate<R> = (value: unknown) => R;

/** A record as it is stored. */
export interface StoredRecord<R> {
  readonly id: string;
  /** `undefined` for one without a name. */
  readonly name: string | undefined;
  readonly record: R;
}

/** What record.json holds; another format number is another program's. */
export interface Envelope {
  readonly format: 1;
  readonly id: string;
  readonly name?: string;
  readonly record: unknown;
}

const FORMAT = 1;
/** A Spec has some tens of kB; what is larger is not ours, and not to be loaded. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Its name in the container's directory. */
export const RECORD_FILE = 'record.json';

export function recordPath(containers: string, id: string): string {
  return `${containers}/${id}/${RECORD_FILE}`;
}

/** With a summary the file is still one JSON document, whose first line has all but the record. */
export function writeRecord<R>(
  { paths, isDurable, summarize }: Pick<StoreContext<R>, 'paths' | 'isDurable' | 'summarize'>,
  { id, name, record }: StoredRecord<R>,
): void {
  const own = { format: FORMAT, id, ...(name !== undefined && { name }) };
  const text = JSON.stringify(record);
  const path = recordPath(paths.containers, id);
  if (summarize === undefined) {
    replaceFile(path, `${JSON.stringify(own).slice(0, -1)},"record":${text}}\n`, { isDurable });
    return;
  }
  const body = `\n"record":${text}}\n`;
  const head = { ...own, recordBytes: Buffer.byteLength(body), summary: summarize(record) };
  replaceFile(path, `${JSON.stringify(head).slice(0, -1)},${body}`, { isDurable });
}

/** Throws an error whose message says why it cannot be a record. */
function openRecord(path: string): number {
  // Neither a link to elsewhere nor a FIFO that never ends.
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  const status = fs.fstatSync(fd);
  const reason = !status.isFile()
    ? 'it is not a regular file'
    : status.size > MAX_BYTES
      ? `it has ${status.size} bytes, more than ${MAX_BYTES}`
      : undefined;
  if (reason === undefined) return fd;
  fs.closeSync(fd);
  throw new Error(reason);
}

function readText(path: string): string {
  const fd = openRecord(path);
  try {
    return fs.readFileSync(fd, 'utf8');
  } finally {
    fs.closeSync(fd);
  }
}

function parseEnvelope(text: string, id: string): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(text === '' ? 'it is empty' : 'it is not valid JSON, or cut short');
  }
  if (typeof value !== 'object' || value === null || !('format' in value))
    throw new Error('it is not a record of mini');
  const envelope = checkEnvelope(value, id);
  if (!('record' in value)) throw new Error('it has no record');
  return envelope;
}

/** Whether it is ours, and whose it says it is. Throws an error whose message says what is wrong. */
export function checkEnvelope(value: object, id: string): Envelope {
  const { format, id: ownId, name } = value as Partial<Envelope>;
  if (format !== FORMAT)
    throw new Error(`its format is ${JSON.stringify(format)}, and this version reads ${FORMAT}`);
  if (ownId !== id) throw new Error(`it is the record of ${JSON.stringify(ownId)}`);
  if (name !== undefined && typeof name !== 'string') throw new Error('its name is not a string');
  return value as Envelope;
}

/** `undefined` when there is no file. Throws `RuntimeError` with code `state-corrupt`, naming the file. */
export function readRecord<R>(
  containers: string,
  id: string,
  validate: Validate<R>,
): StoredRecord<R> | undefined {
  const path = recordPath(containers, id);
  try {
    const { name, record } = parseEnvelope(readText(path), id);
    return { id, name, record: validate(record) };
  } catch (error) {
    return recordError(path, error);
  }
}

/** `undefined` when there is no file. Throws a `RuntimeError` that names it for anything else. */
function recordError(path: string, error: unknown): undefined {
  const errno = errnoNameOf(error);
  if (errno === 'ENOENT') return undefined;
  if (errno === 'EACCES' || errno === 'EMFILE' || errno === 'ENFILE') {
    throw wrapError(`failed to read record "${path}"`, error);
  }
  throw stateError('state-corrupt', `failed to read record "${path}": ${reasonOf(error)}`, { path });
}
