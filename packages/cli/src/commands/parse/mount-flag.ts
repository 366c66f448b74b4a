import { posix } from 'node:path';
import type { MountRequest } from '../../engine/run-options.js';
import { Problem, quote } from '../problem.js';
import { checkBindOptions, checkTmpfsOptions } from './mount-options.js';
import { parseTarget } from './mounts.js';
import { parseBoolean, parseSizeBytes } from './number.js';

/** Other names of the keys. */
const SYNONYMS: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
};
const KEYS = [
  'type',
  'source',
  'target',
  'readonly',
  'bind-propagation',
  'bind-nonrecursive',
  'tmpfs-size',
  'tmpfs-mode',
];

/** The value of `--mount`: `type=bind|tmpfs,source=…,target=…,…`. Throws `Problem`. */
export function parseMountFlag(text: string, cwd: string): MountRequest {
  const fields = readFields(text);
  return toMountRequest(fields, cwd, `--mount ${quote(text)}`);
}

/** A mount from its named fields, which have the names of `--mount`. Throws `Problem`. */
export function toMountRequest(
  fields: ReadonlyMap<string, string>,
  cwd: string,
  origin: string,
): MountRequest {
  const type = fields.get('type');
  if (type === undefined) throw new Problem('the type is missing, give type=bind or type=tmpfs');
  if (type !== 'bind' && type !== 'tmpfs') {
    throw new Problem(`the type ${quote(type)} is not supported yet, give type=bind or type=tmpfs`);
  }
  const target = fields.get('target');
  if (target === undefined) throw new Problem('the target is missing');
  refuseForeignFields(type, fields);
  const options = parseBoolean(fields.get('readonly') ?? 'false') ? ['ro'] : [];
  if (type === 'tmpfs') {
    return {
      type,
      target: parseTarget(target),
      options: tmpfsOptions(fields, options),
      createSource: false,
      origin,
    };
  }
  return {
    type,
    source: parseSource(fields.get('source'), cwd),
    target: parseTarget(target),
    options: bindOptions(fields, options),
    createSource: false,
    origin,
  };
}

function readFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const field of splitCommas(text)) {
    const equals = field.indexOf('=');
    const written = equals === -1 ? field : field.slice(0, equals);
    const key = SYNONYMS[written] ?? written;
    if (!KEYS.includes(key)) throw new Problem(`there is no field ${quote(written)}`);
    if (fields.has(key)) throw new Problem(`the field ${quote(key)} is given twice`);
    if (equals === -1 && key !== 'readonly' && key !== 'bind-nonrecursive') {
      throw new Problem(`the field ${quote(key)} has no value`);
    }
    fields.set(key, equals === -1 ? 'true' : field.slice(equals + 1));
  }
  return fields;
}

/** Splits at commas; a field in double quotes keeps its commas, a doubled quote in it is one. Source: RFC 4180. */
function splitCommas(text: string): string[] {
  const fields = text.match(/(?:^|,)(?:"(?:[^"]|"")*"|[^,"]*)(?=,|$)/g) ?? [];
  if (fields.join('') !== text) throw new Problem('a quote is not closed or stands inside a field');
  return fields.map((field, index) => {
    const bare = index === 0 ? field : field.slice(1);
    return bare.startsWith('"') ? bare.slice(1, -1).replaceAll('""', '"') : bare;
  });
}

function parseSource(source: string | undefined, cwd: string): string {
  if (source === undefined || source === '') throw new Problem('the source is missing');
  if (!/^(\/|\.\.?(\/|$))/.test(source)) {
    throw new Problem(`the source ${quote(source)} is neither absolute nor begins with "./"`);
  }
  return posix.resolve(cwd, source);
}

function refuseForeignFields(type: 'bind' | 'tmpfs', fields: ReadonlyMap<string, string>): void {
  for (const key of fields.keys()) {
    const foreign = type === 'bind' ? key.startsWith('tmpfs-') : key.startsWith('bind-') || key === 'source';
    if (foreign) throw new Problem(`the field ${quote(key)} does not go with type=${type}`);
  }
}

function bindOptions(fields: ReadonlyMap<string, string>, options: string[]): string[] {
  const propagation = fields.get('bind-propagation');
  const nonRecursive = parseBoolean(fields.get('bind-nonrecursive') ?? 'false');
  if (propagation !== undefined && !/^r?(private|slave|shared|unbindable)$/.test(propagation)) {
    throw new Problem(`there is no propagation ${quote(propagation)}`);
  }
  return checkBindOptions([
    ...(nonRecursive ? ['bind'] : []),
    ...(propagation === undefined ? [] : [propagation]),
    ...options,
  ]);
}

function tmpfsOptions(fields: ReadonlyMap<string, string>, options: string[]): string[] {
  const size = fields.get('tmpfs-size');
  const mode = fields.get('tmpfs-mode');
  return checkTmpfsOptions([
    ...options,
    ...(size === undefined ? [] : [`size=${parseSizeBytes(size)}`]),
    ...(mode === undefined ? [] : [`mode=${mode}`]),
  ]);
}
