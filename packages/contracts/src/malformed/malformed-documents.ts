import { formatJson } from '../json/format-json.js';
import { change, type Json, REMOVED } from './change.js';
import { DOCUMENT_ROWS, HOOK_ROWS, MOUNT_ROWS } from './document-rows.js';
import { DEVICE_ROWS, LINUX_ROWS, SETTING_ROWS } from './linux-rows.js';
import { CAPABILITY_ROWS, PROCESS_ROWS, SCHEDULING_ROWS } from './process-rows.js';
import { RAW_TEXTS } from './raw-texts.js';
import { RESOURCE_ROWS } from './resource-rows.js';
import { SECCOMP_ROWS } from './seccomp-rows.js';

/**
 * One change of a good document: the member that is changed (`process.cwd`), its new value (`undefined` takes it out),
 * and what a validator must say, without the beginning that names the file.
 */
export type MalformedRow = readonly [member: string, value: Json | undefined, problems: string];

/** A config.json that a runtime must refuse before it does anything. */
export interface MalformedDocument {
  /** Unique. */
  readonly name: string;
  readonly source: string | Uint8Array;
  /** Of the error that `parseSpec` throws, without options. */
  readonly message: string;
}

/** A good document, as small as one that starts can be: what the rows change. */
export const BASE_DOCUMENT = {
  ociVersion: '1.0.2',
  root: { path: 'rootfs' },
  process: { user: { uid: 0, gid: 0 }, args: ['/bin/true'], cwd: '/' },
  hostname: 'box',
  linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'uts' }, { type: 'network' }] },
} as const satisfies Json;

const ROWS: readonly MalformedRow[] = [
  ...DOCUMENT_ROWS,
  ...MOUNT_ROWS,
  ...HOOK_ROWS,
  ...PROCESS_ROWS,
  ...CAPABILITY_ROWS,
  ...SCHEDULING_ROWS,
  ...LINUX_ROWS,
  ...DEVICE_ROWS,
  ...SETTING_ROWS,
  ...RESOURCE_ROWS,
  ...SECCOMP_ROWS,
];

function changeMember([member, value, problems]: MalformedRow): MalformedDocument {
  const changed = change(BASE_DOCUMENT, member.split('.'), () => (value === undefined ? REMOVED : value));
  return {
    name: `${member} = ${value === undefined ? 'nothing' : formatJson(value)}`,
    source: formatJson(changed),
    message: `failed to validate "config.json": ${problems}`,
  };
}

/** Documents that are wrong in a known way, for the tests of whoever reads config.json. */
export const MALFORMED_DOCUMENTS: readonly MalformedDocument[] = [
  ...ROWS.map(changeMember),
  ...RAW_TEXTS.map(([name, source, reason]) => ({
    name,
    source,
    message: `failed to parse "config.json": ${reason}`,
  })),
];
