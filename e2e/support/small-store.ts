import { execa } from 'execa';
import { MINI } from './mini.js';

/** What a script of `runInSmallStore` says. */
export interface SmallStoreResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PREPARE =
  'mkdir -p /var/lib/mini && mount -t tmpfs -o mode=700,size="$1" tmpfs /var/lib/mini && mini() { "$2" "$@"; }';

/**
 * Runs a shell script whose `mini` has a file system of so many bytes in place of the machine's store, which goes with it.
 * `$1` and on in the script are `words`.
 */
export async function runInSmallStore(
  size: string,
  script: string,
  words: readonly string[] = [],
): Promise<SmallStoreResult> {
  const prepare = PREPARE.replace('"$2"', `'${MINI}'`);
  const whole = `${prepare} && shift && ${script}`;
  const { exitCode, stdout, stderr } = await execa(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-c', whole, 'sh', size, ...words],
    { reject: false, stdin: 'ignore', stripFinalNewline: false },
  );
  return { exitCode: exitCode ?? -1, stdout, stderr };
}
