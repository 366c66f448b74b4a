/** Ids of the machine that somebody may map: `count` of them, from `first` on. */
export interface SubordinateRange {
  readonly first: number;
  readonly count: number;
}

/** A line of /etc/subuid or /etc/subgid. */
export interface SubordinateLine extends SubordinateRange {
  /** A user's name or number; in /etc/subgid too. */
  readonly owner: string;
}

/** What such a file says, and what in it cannot be understood, a sentence each. */
export interface SubordinateFile {
  readonly lines: readonly SubordinateLine[];
  readonly mistakes: readonly string[];
}

/** (uid_t)-1 is no id. */
const END_OF_IDS = 2 ** 32 - 1;

/**
 * Reads lines `OWNER:FIRST:COUNT`; empty ones and those that begin with `#` mean nothing. A line that is wrong is left out
 * and told of, for the others mean what they say. Source: subuid(5).
 */
export function parseSubordinateIds(text: string, path: string): SubordinateFile {
  const lines: SubordinateLine[] = [];
  const mistakes: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const read = parseLine(line);
    if (typeof read !== 'string') lines.push(read);
    else mistakes.push(`line ${index + 1} of "${path}" is left out: ${read}`);
  }
  return { lines, mistakes };
}

function parseLine(line: string): SubordinateLine | string {
  const fields = line.split(':');
  const [owner = '', firstText = '', countText = ''] = fields;
  if (fields.length !== 3 || owner === '') return `${JSON.stringify(line)} is not OWNER:FIRST:COUNT`;
  const [first, count] = [parseNumber(firstText), parseNumber(countText)];
  if (first === undefined || count === undefined) {
    return `${JSON.stringify(first === undefined ? firstText : countText)} is no number of at most ten digits`;
  }
  if (count === 0) return 'it has no ids';
  if (first + count > END_OF_IDS) return `its ids end above the last id, ${END_OF_IDS - 1}`;
  return { owner, first, count };
}

function parseNumber(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** The ranges of a user, by name and by number, in the order of the file. Source: getsubids(1). */
export function selectRanges(
  { lines }: SubordinateFile,
  user: { readonly uid: number; readonly name: string | undefined },
): SubordinateRange[] {
  return lines
    .filter(({ owner }) => owner === user.name || owner === String(user.uid))
    .map(({ first, count }) => ({ first, count }));
}

/** Where the next user's ids could begin, as useradd(8) would give them: beyond all that are given. */
export function nextFreeId({ lines }: SubordinateFile): number {
  return lines.reduce((end, { first, count }) => Math.max(end, first + count), FIRST_SUBORDINATE_ID);
}

/** SUB_UID_MIN of login.defs(5). */
const FIRST_SUBORDINATE_ID = 100_000;
