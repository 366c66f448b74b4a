import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { mini } from '../mini.js';
import { busyboxRoot, freshDirectory } from '../roots.js';
import { type EngineResult, LONGEST, type RunSettings } from './engine-result.js';
import { type DescribedLine, splitWords } from './line.js';
import { normalize } from './normalize.js';
import type { Podman } from './podman.js';

/** A variable that the callers of both engines have. */
const ENV = { PARITY: 'of the caller' };

/** The answers of mini and of podman, as they are. */
export function askBoth(
  { line, input }: DescribedLine,
  podman: Podman,
): Promise<[mini: EngineResult, podman: EngineResult]> {
  const settings: RunSettings = { cwd: directory(), env: ENV, ...(input === undefined ? {} : { input }) };
  const words = toWords(line);
  const forEngine = (name: string) =>
    words.map((word) => word.replaceAll('@ENGINE', name).replaceAll('@RUN', String(process.pid)));
  return Promise.all([runMini(forEngine('mini'), settings), podman.run(forEngine('podman'), settings)]);
}

/** An answer without what no two engines can have in common. */
export function comparable(result: EngineResult): EngineResult {
  return { ...result, stdout: normalize(result.stdout, `${busyboxRoot()}`) };
}

function toWords(line: string): string[] {
  return splitWords(line).map((word) =>
    word.replaceAll('@DIR', directory()).replaceAll('@ROOT', busyboxRoot()),
  );
}

async function runMini(words: readonly string[], settings: RunSettings): Promise<EngineResult> {
  // As an operand the image is a flag of its own; within a word it is its name.
  const args = words.flatMap((word) =>
    word === '@IMAGE' ? ['--rootfs', `${busyboxRoot()}:O`, '--'] : [word.replaceAll('@IMAGE', busyboxRoot())],
  );
  return mini(args, { ...settings, ...LONGEST });
}

/** Containers of lines have names that begin like this. */
const NAMES = '^p-';

/** Removes what lines have made. */
export async function removeAll(podman: Podman): Promise<void> {
  const { stdout } = await mini(['ps', '-aq', '-f', `name=${NAMES}`]);
  const ids = stdout.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await mini(['rm', '-f', ...ids]);
  const images = await mini(['images', '-q', '-f', 'reference=localhost/p-*']);
  const left = images.stdout.split('\n').filter((id) => id !== '');
  if (left.length > 0) await mini(['rmi', '-f', ...new Set(left)]);
  await podman.run(['rm', '-f', '-a', '-t', '0'], {});
}

let made: string | undefined;

/** A directory with the files that lines name; both engines run in it. */
function directory(): string {
  if (made !== undefined) return made;
  made = freshDirectory('parity');
  writeFileSync(join(made, 'env'), '# of the test\nFROM_FILE=1\nPARITY\n');
  writeFileSync(join(made, 'labels'), 'from.file=1\nempty\n');
  writeFileSync(join(made, 'text'), 'a text\n');
  execaSync('tar', ['-C', busyboxRoot(), '-cf', join(made, 'root.tar'), '.']);
  mkdirSync(join(made, 'tree/deep'), { recursive: true });
  writeFileSync(join(made, 'tree/one'), '1\n');
  writeFileSync(join(made, 'tree/deep/two'), '2\n');
  return made;
}
