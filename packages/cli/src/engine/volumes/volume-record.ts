import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { RuntimeError, reasonOf } from '@mini/contracts';

/** What is stored of a volume beside its files. */
export interface VolumeRecord {
  /** When it was made, in milliseconds of the Unix clock. */
  readonly createdMs: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the driver `local`: `type`, `device` and `o` of a file system to mount; none for a directory of mini's. */
  readonly options: Readonly<Record<string, string>>;
  /** Nobody has given it a name. */
  readonly isAnonymous: boolean;
  /** Full id of the container that it goes with: one that is removed at its end. */
  readonly goesWith?: string;
}

const FORMAT = 1;
const MOST_BYTES = 1 << 20;
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

export function formatRecord(record: VolumeRecord): string {
  return `${JSON.stringify({ format: FORMAT, ...record })}\n`;
}

/** `undefined` when there is no file. Throws `RuntimeError` `volume-corrupt` that names a file which cannot be believed. */
export function readRecordFile(path: string): VolumeRecord | undefined {
  try {
    return toRecord(JSON.parse(readText(path)));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const reason = error instanceof SyntaxError ? 'it is not valid JSON, or cut short' : reasonOf(error);
    throw new RuntimeError({
      code: 'volume-corrupt',
      message: `failed to read the volume's record "${path}": ${reason}`,
      cause: error,
      context: { path },
    });
  }
}

/** Neither a link to elsewhere nor a FIFO that never ends. */
function readText(path: string): string {
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const status = fstatSync(fd);
    if (!status.isFile() || status.size > MOST_BYTES) throw new TypeError('it is no file of mini');
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function toRecord(value: unknown): VolumeRecord {
  const { format, createdMs, labels, options, isAnonymous, goesWith } = (value ?? {}) as Partial<
    VolumeRecord & { format: unknown }
  >;
  if (format !== FORMAT) {
    throw new TypeError(`its format is ${JSON.stringify(format)}, and this version reads ${FORMAT}`);
  }
  const isRight =
    typeof createdMs === 'number' &&
    isTexts(labels) &&
    isTexts(options) &&
    typeof isAnonymous === 'boolean' &&
    (goesWith === undefined || /^[0-9a-f]{64}$/.test(goesWith));
  if (!isRight) throw new TypeError('it lacks something, or has it of the wrong type');
  return { createdMs, labels, options, isAnonymous, ...(goesWith === undefined ? {} : { goesWith }) };
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}
