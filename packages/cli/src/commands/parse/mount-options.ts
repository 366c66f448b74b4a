import { Problem, quote } from '../problem.js';
import { parseSizeBytes } from './number.js';

/** Words that exclude each other; a mount may have one of each set. */
const EITHER = [
  ['ro', 'rro', 'rw'],
  ['suid', 'nosuid'],
  ['dev', 'nodev'],
  ['exec', 'noexec'],
  ['bind', 'rbind'],
  ['atime', 'noatime', 'relatime', 'strictatime'],
  ['diratime', 'nodiratime'],
  ['private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared', 'unbindable', 'runbindable'],
] as const;

const BIND_WORDS = new Set<string>(EITHER.flat());
const TMPFS_WORDS = new Set<string>(
  EITHER.slice(0, 4)
    .flat()
    .concat(EITHER[5], EITHER[6])
    .filter((word) => word !== 'rro'),
);
/** A volume is mini's own: nothing is mounted below it, or comes to be. */
const VOLUME_WORDS = new Set<string>([...TMPFS_WORDS]);
/** Accepted and without effect: relabelling where there is no SELinux, hints for other systems. */
const IGNORED = new Set(['z', 'Z', 'cached', 'delegated', 'consistent']);

/** The options of a bind, complete: recursive and private unless said otherwise. Throws `Problem`. */
export function checkBindOptions(written: readonly string[]): string[] {
  const options = written.filter((option) => !IGNORED.has(option));
  for (const option of options) {
    if (!BIND_WORDS.has(option)) throw unknownOption(option);
  }
  checkConflicts(options);
  const has = (group: readonly string[]) => options.some((option) => group.includes(option));
  return [...(has(EITHER[4]) ? [] : ['rbind']), ...(has(EITHER[7]) ? [] : ['rprivate']), ...options];
}

/** The options of a volume. Throws `Problem`. */
export function checkVolumeOptions(written: readonly string[]): string[] {
  const options = written.filter((option) => !IGNORED.has(option));
  for (const option of options) if (!VOLUME_WORDS.has(option)) throw unknownOption(option);
  checkConflicts(options);
  return options;
}

/** The options of a tmpfs, complete: without setuid, devices and programs unless said otherwise. Throws `Problem`. */
export function checkTmpfsOptions(written: readonly string[]): string[] {
  for (const option of written) checkTmpfsOption(option);
  checkConflicts(written);
  const safe = ['nosuid', 'nodev', 'noexec'].filter(
    (word) => !written.includes(word) && !written.includes(word.slice(2)),
  );
  return [...safe, ...written];
}

function checkTmpfsOption(option: string): void {
  const [key = '', value] = option.split('=', 2);
  if (value === undefined && TMPFS_WORDS.has(key)) return;
  if (key === 'size' && value !== undefined) {
    if (!/^\d{1,3}%$/.test(value)) parseSizeBytes(value);
  } else if (key === 'mode' && value !== undefined) {
    if (!/^[0-7]{1,4}$/.test(value)) throw new Problem(`the mode ${quote(value)} is not an octal number`);
  } else if (/^(uid|gid|nr_inodes|nr_blocks)$/.test(key) && value !== undefined) {
    if (!/^\d{1,10}$/.test(value)) throw new Problem(`${quote(option)} has no whole number`);
  } else {
    throw unknownOption(option);
  }
}

function checkConflicts(options: readonly string[]): void {
  for (const group of EITHER) {
    const given = options.filter((option) => (group as readonly string[]).includes(option));
    if (given.length > 1) throw new Problem(`${quote(given[0]!)} and ${quote(given[1]!)} exclude each other`);
  }
}

function unknownOption(option: string): Problem {
  return new Problem(option === '' ? 'an option is empty' : `there is no mount option ${quote(option)}`);
}
