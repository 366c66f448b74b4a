/** An entry of passwd(5). */
export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** An entry of group(5). */
export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** Above this the kernel's -1 and what programs take for negative are near. */
export const MAX_ID = 2 ** 31 - 1;

/**
 * A user or group number as it may be written: decimal digits alone. `undefined` for anything else: `-1`, `1e3`,
 * 2^31 and more would become another number, or a name, somewhere on the way.
 */
export function parseId(text: string): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= MAX_ID ? id : undefined;
}

/** Entries of passwd(5); lines that are none (comments, those of NIS, numbers out of range) are left out. */
export function parsePasswd(text: string): PasswdEntry[] {
  return splitEntries(text, 7).flatMap(
    ([name = '', , uidText = '', gidText = '', , home = '', shell = '']) => {
      const [uid, gid] = [parseId(uidText), parseId(gidText)];
      return uid === undefined || gid === undefined ? [] : [{ name, uid, gid, home, shell }];
    },
  );
}

/** Entries of group(5), as `parsePasswd`. */
export function parseGroup(text: string): GroupEntry[] {
  return splitEntries(text, 4).flatMap(([name = '', , gidText = '', members = '']) => {
    const gid = parseId(gidText);
    return gid === undefined
      ? []
      : [{ name, gid, members: members.split(',').filter((each) => each !== '') }];
  });
}

/**
 * The same accounts without their password hashes: every second field becomes `*`, which no password matches. Works
 * for shadow(5) and gshadow(5).
 */
export function removeHashes(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/^([^:]*):[^:]*/, '$1:*'))
    .join('\n');
}

function splitEntries(text: string, fields: number): string[][] {
  return text
    .split('\n')
    .filter((line) => !/^\s*($|[#+-])/.test(line))
    .map((line) => line.split(':'))
    .filter(({ length }) => length >= fields);
}
