import { posix } from 'node:path';
import type { MountRequest, VolumeSettings } from '../../engine/run-options.js';
import { Problem, quote } from '../problem.js';
import { parseLabel } from './environment.js';
import { parseIdMap } from './id-map.js';
import { type MountFields, type MountType, readMountFields, refuseForeignFields } from './mount-fields.js';
import { checkBindOptions, checkTmpfsOptions, checkVolumeOptions } from './mount-options.js';
import { parseTarget } from './mounts.js';
import { parseBoolean, parseSizeBytes } from './number.js';
import { checkVolumeSource } from './volume-source.js';

const TYPES: readonly string[] = ['bind', 'tmpfs', 'volume'] satisfies MountType[];

/** The value of `--mount`: `type=bind|volume|tmpfs,source=…,target=…,…`. Throws `Problem`. */
export function parseMountFlag(text: string, cwd: string): MountRequest {
  return toMountRequest(readMountFields(text), cwd, `--mount ${quote(text)}`);
}

/** A mount from its named fields, which have the names of `--mount`; a volume unless told. Throws `Problem`. */
export function toMountRequest(fields: MountFields, cwd: string, origin: string): MountRequest {
  const type = readType(last(fields, 'type') ?? 'volume');
  const target = last(fields, 'target');
  if (target === undefined) throw new Problem('the target is missing');
  refuseForeignFields(type, fields);
  checkWithoutEffect(fields);
  const common = {
    type,
    target: parseTarget(target),
    createSource: isSet(fields, 'bind-create-src'),
    origin,
  };
  const options = isSet(fields, 'readonly') ? ['ro'] : [];
  if (type === 'tmpfs') return { ...common, options: tmpfsOptions(fields, options) };
  const idMap = last(fields, 'idmap');
  const mapped = idMap === undefined ? {} : { idMap: parseIdMap(idMap === 'true' ? '' : idMap) };
  if (type === 'bind') {
    const source = parseSource(last(fields, 'source'), cwd);
    return { ...common, source, ...bindOptions(fields, options), ...mapped };
  }
  const source = last(fields, 'source') ?? '';
  return {
    ...common,
    ...(source === '' ? {} : { source: checkVolumeSource(source) }),
    options: checkVolumeOptions(options),
    ...mapped,
    volume: volumeSettings(fields),
  };
}

function readType(type: string): MountType {
  if (TYPES.includes(type)) return type as MountType;
  throw new Problem(`there is no type ${quote(type)}, only ${TYPES.join(', ')}`);
}

function last(fields: MountFields, key: string): string | undefined {
  return fields.get(key)?.at(-1);
}

function isSet(fields: MountFields, key: string): boolean {
  return parseBoolean(last(fields, key) ?? 'false');
}

/** Hints for other systems, and labels of SELinux, which mini gives to nothing: their words are checked all the same. */
function checkWithoutEffect(fields: MountFields): void {
  const words = {
    consistency: ['default', 'consistent', 'cached', 'delegated'],
    relabel: ['shared', 'private'],
  };
  for (const [key, known] of Object.entries(words)) {
    const word = last(fields, key);
    if (word !== undefined && !known.includes(word)) {
      throw new Problem(`the field "${key}" must be one of ${known.join(', ')}`);
    }
  }
}

function parseSource(source: string | undefined, cwd: string): string {
  if (source === undefined || source === '') throw new Problem('the source is missing');
  if (!/^(\/|\.\.?(\/|$))/.test(source)) {
    throw new Problem(`the source ${quote(source)} is neither absolute nor begins with "./"`);
  }
  return posix.resolve(cwd, source);
}

function bindOptions(
  fields: MountFields,
  readOnly: readonly string[],
): Pick<MountRequest, 'options' | 'keepsBelow'> {
  const propagation = last(fields, 'bind-propagation');
  if (propagation !== undefined && !/^r?(private|slave|shared|unbindable)$/.test(propagation)) {
    throw new Problem(`there is no propagation ${quote(propagation)}`);
  }
  const recursive = readRecursive(fields);
  if (recursive === 'readonly') checkRecursiveReadOnly(readOnly, propagation);
  const options = checkBindOptions([
    ...(recursive === 'disabled' ? ['bind'] : []),
    ...(propagation === undefined ? [] : [propagation]),
    ...readOnly,
  ]);
  return { options, ...(recursive === 'writable' ? { keepsBelow: true } : {}) };
}

function readRecursive(fields: MountFields): string {
  const isOff = isSet(fields, 'bind-nonrecursive');
  const word = last(fields, 'bind-recursive');
  if (word === undefined) return isOff ? 'disabled' : 'enabled';
  const known = ['enabled', 'disabled', 'writable', 'readonly'];
  if (!known.includes(word))
    throw new Problem(`the field "bind-recursive" must be one of ${known.join(', ')}`);
  if (isOff && word !== 'disabled') {
    throw new Problem(`"bind-nonrecursive" and ${quote(`bind-recursive=${word}`)} exclude each other`);
  }
  return word;
}

/** What would be mounted below later would be writable. */
function checkRecursiveReadOnly(readOnly: readonly string[], propagation = 'rprivate'): void {
  if (readOnly.length === 0) throw new Problem('"bind-recursive=readonly" needs "readonly" too');
  if (propagation === 'rprivate') return;
  throw new Problem(
    `"bind-recursive=readonly" and ${quote(`bind-propagation=${propagation}`)} exclude each other`,
  );
}

function volumeSettings(fields: MountFields): VolumeSettings {
  const subpath = last(fields, 'volume-subpath');
  const driver = last(fields, 'volume-driver');
  const labels = fields.get('volume-label');
  const options = fields.get('volume-opt');
  return {
    ...(isSet(fields, 'volume-nocopy') ? { noCopy: true } : {}),
    ...(subpath === undefined ? {} : { subpath: parseSubpath(subpath) }),
    ...(driver === undefined ? {} : { driver }),
    ...(labels === undefined ? {} : { labels: Object.assign({}, ...labels.map(parseLabel)) }),
    ...(options === undefined ? {} : { options: Object.assign({}, ...options.map(parseDriverOption)) }),
  };
}

/** A path in a volume, relative to that. Throws `Problem`. */
function parseSubpath(text: string): string {
  const path = posix.normalize(text).replace(/\/$/, '');
  if (text !== '' && path !== '.' && !path.startsWith('/') && path.split('/')[0] !== '..') return path;
  throw new Problem(`the subpath ${quote(text)} is no relative path within the volume`);
}

/** `KEY=VALUE` of a volume driver. Throws `Problem`. */
export function parseDriverOption(text: string): Record<string, string> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Problem(`the option ${quote(text)} of the driver has not the form KEY=VALUE`);
  return { [text.slice(0, equals)]: text.slice(equals + 1) };
}

function tmpfsOptions(fields: MountFields, options: readonly string[]): string[] {
  const size = last(fields, 'tmpfs-size');
  const mode = last(fields, 'tmpfs-mode');
  return checkTmpfsOptions([
    ...options,
    ...(size === undefined ? [] : [`size=${parseSizeBytes(size)}`]),
    ...(mode === undefined ? [] : [`mode=${mode}`]),
  ]);
}
