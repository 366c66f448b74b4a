import { Problem, quote } from '../problem.js';

/** The fields of a mount by their names in `--mount`. Only labels and options of a driver may have several values. */
export type MountFields = ReadonlyMap<string, readonly string[]>;

export type MountType = 'bind' | 'tmpfs' | 'volume';

/** Other names of the keys. */
const SYNONYMS: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
};

interface Field {
  /** Types of mounts that it goes with; all unless told. */
  readonly types?: readonly MountType[];
  /** Written without a value it is true. */
  readonly isFlag?: true;
  readonly isList?: true;
}

const BIND: Field = { types: ['bind'] };
const VOLUME: Field = { types: ['volume'] };
const TMPFS: Field = { types: ['tmpfs'] };

const FIELDS: Readonly<Record<string, Field>> = {
  type: {},
  source: { types: ['bind', 'volume'] },
  target: {},
  readonly: { isFlag: true },
  consistency: {},
  relabel: { types: ['bind', 'volume'] },
  idmap: { types: ['bind', 'volume'], isFlag: true },
  'bind-propagation': BIND,
  'bind-nonrecursive': { ...BIND, isFlag: true },
  'bind-recursive': BIND,
  'bind-create-src': { ...BIND, isFlag: true },
  'volume-nocopy': { ...VOLUME, isFlag: true },
  'volume-subpath': VOLUME,
  'volume-driver': VOLUME,
  'volume-label': { ...VOLUME, isList: true },
  'volume-opt': { ...VOLUME, isList: true },
  'tmpfs-size': TMPFS,
  'tmpfs-mode': TMPFS,
};

/** Splits the value of `--mount` into its fields. Throws `Problem`. */
export function readMountFields(text: string): MountFields {
  const fields = new Map<string, readonly string[]>();
  for (const written of splitCommas(text)) {
    const equals = written.indexOf('=');
    const name = equals === -1 ? written : written.slice(0, equals);
    const key = Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name]! : name;
    const field = Object.hasOwn(FIELDS, key) ? FIELDS[key]! : undefined;
    if (field === undefined) throw new Problem(`there is no field ${quote(name)}`);
    const before = fields.get(key) ?? [];
    if (before.length > 0 && !field.isList) throw new Problem(`the field ${quote(key)} is given twice`);
    if (equals === -1 && !field.isFlag) throw new Problem(`the field ${quote(key)} has no value`);
    fields.set(key, [...before, equals === -1 ? 'true' : written.slice(equals + 1)]);
  }
  return fields;
}

/** Throws `Problem` for a field that means nothing for such a mount. */
export function refuseForeignFields(type: MountType, fields: MountFields): void {
  for (const key of fields.keys()) {
    const { types } = FIELDS[key]!;
    if (types !== undefined && !types.includes(type)) {
      throw new Problem(`the field ${quote(key)} does not go with type=${type}`);
    }
  }
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
