import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import { RuntimeError } from '@mini/contracts';
import {
  type CopyOptions,
  type CopyResult,
  copyFromContainer,
  copyToContainer,
} from '../engine/copy/copy.js';
import { assertsDirectory, type CopyEnd, parseCopyEnd } from '../engine/copy/copy-rules.js';
import { openEngine } from '../engine/engine.js';
import { placeForFiles } from '../engine/user-namespace/enter-namespace.js';
import type { Arguments } from './command-line/read-arguments.js';
import { describeSize } from './lists/human.js';
import { flag, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  flag('-a, --archive', 'Keep owners and groups'),
  flag('-L, --follow-link', 'Copy what SRC leads to when it is a link'),
  flag('-q, --quiet', 'Say nothing'),
);

/** `mini cp`: one end is `CONTAINER:PATH`, the other a path of this machine, or `-` for a tar stream. */
export const runCommand = plainCommand({
  name: 'cp',
  options: OPTIONS,
  operands: { least: 2, most: 2, called: 'the source or the destination' },
  place({ operands }) {
    const container = operands.map((end) => parseCopyEnd(end).container).find((name) => name !== undefined);
    return container === undefined ? undefined : placeForFiles(openEngine(), container);
  },
  async perform(given, io) {
    const [from, to] = given.operands.map(parseCopyEnd) as [CopyEnd, CopyEnd];
    const result = await copy(from, to, given, io.cwd);
    const isQuiet = given.has('quiet') || from.path === '-' || to.path === '-' || !isatty(2);
    if (!isQuiet)
      io.writeError(`Successfully copied ${describeSize(result.bytes)} to ${given.operands[1]}\n`);
    return 0;
  },
});

async function copy(from: CopyEnd, to: CopyEnd, given: Arguments, cwd: string): Promise<CopyResult> {
  const options: CopyOptions = { archive: given.has('archive'), followLink: given.has('follow-link') };
  for (const { container, path } of [from, to]) if (container !== undefined) assertPath(container, path);
  if (from.container !== undefined && to.container === undefined) {
    const destination = to.path === '-' ? process.stdout : onHost(to.path, cwd);
    return copyFromContainer(from.container, from.path, destination, options);
  }
  if (from.container === undefined && to.container !== undefined) {
    const source = from.path === '-' ? process.stdin : onHost(from.path, cwd);
    return copyToContainer(to.container, source, to.path, options);
  }
  const reason =
    from.container === undefined ? 'neither end is in a container' : 'both ends are in containers';
  throw badEnds(reason, 'write one of them as CONTAINER:PATH');
}

function assertPath(container: string, path: string): void {
  if (container === '') throw badEnds('there is no container before the colon', 'write it as CONTAINER:PATH');
  if (path === '') throw badEnds(`there is no path behind "${container}:"`, 'write it as CONTAINER:PATH');
}

/** Absolute; a slash or `/.` at the end stays, for it means something. */
function onHost(path: string, cwd: string): string {
  const absolute = resolve(cwd, path);
  if (!assertsDirectory(path)) return absolute;
  return path.endsWith('/') ? `${absolute}/` : `${absolute}/.`;
}

function badEnds(reason: string, hint: string): RuntimeError<'bad-option'> {
  return new RuntimeError({ code: 'bad-option', message: `failed to copy: ${reason}`, context: { hint } });
}
