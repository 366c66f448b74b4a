import * as fs from 'node:fs';
import { reasonOf } from '@mini/contracts';
import { replaceFile } from './atomic-file.js';
import { errnoNameOf, stateError, wrapError } from './errors.js';

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
interface Envelope {
  readonly format: 1;
  readonly id: string;
  readonly name?: string;
  readonly record: unknown;
}

const FORMAT = 1;
/** A Spec has some tens of kB; what is larger is not ours, and not to be loaded. */
const MAX_BYTES = 16 * 1024 * 1024;

export function recordPath(containers: string, id: string): string {
  return `${containers}/${id}/record.json`;
}

export function writeRecord<R>(
  containers: string,
  { id, name, record }: StoredRecord<R>,
  isDurable: boolean,
): void {
  const envelope: Envelope = { format: FORMAT, id, ...(name !== undefined && { name }), record };
  replaceFile(recordPath(containers, id), `${JSON.stringify(envelope)}\n`, { isDurable });
}

function readText(path: string): string {
  // Neither a link to elsewhere nor a FIFO that never ends.
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  try {
    const status = fs.fstatSync(fd);
    if (!status.isFile()) throw new Error('it is not a regular file');
    if (status.size > MAX_BYTES) throw new Error(`it has ${status.size} bytes, more than ${MAX_BYTES}`);
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
  const { format, id: ownId, name } = value as Partial<Envelope>;
  if (format !== FORMAT)
    throw new Error(`its format is ${JSON.stringify(format)}, and this version reads ${FORMAT}`);
  if (ownId !== id) throw new Error(`it is the record of ${JSON.stringify(ownId)}`);
  if (name !== undefined && typeof name !== 'string') throw new Error('its name is not a string');
  if (!('record' in value)) throw new Error('it has no record');
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
    const errno = errnoNameOf(error);
    if (errno === 'ENOENT') return undefined;
    if (errno === 'EACCES' || errno === 'EMFILE' || errno === 'ENFILE') {
      throw wrapError(`failed to read record "${path}"`, error);
    }
    throw stateError('state-corrupt', `failed to read record "${path}": ${reasonOf(error)}`, { path });
  }
}
