import type { RunOptions } from '../engine/run-options.js';
import { draftFlags } from './command-line/draft-flags.js';
import { type FlagValues, parseFlags } from './command-line/parse-flags.js';
import type { CommandLine } from './command-line/read-words.js';
import { beginOfMessage, completeDraft, type MakingVerb, rootOfImage } from './complete-draft.js';
import { RUN_OPTIONS } from './options/run.js';
import { type Failure, throwFailures } from './problem.js';
import { mergeDrafts, type ParseContext, type RunDraft, type RunSettings } from './run-draft.js';

/** What `mini run` or `mini create` is asked for. */
export interface RunRequest {
  readonly options: RunOptions;
  readonly settings: RunSettings;
}

/**
 * Flags, operands and the configuration file together; flags win over the file. Throws one `RuntimeError` that says
 * everything that is wrong.
 */
export async function readRunRequest(
  line: CommandLine,
  context: ParseContext,
  verb: MakingVerb = 'run',
): Promise<RunRequest> {
  const failures: Failure[] = [];
  const values = parseFlags(line.flags);
  const flags = draftFlags(RUN_OPTIONS, values, context, failures);
  const path = flags.settings?.config;
  const before = failures.length;
  const file = path === undefined ? {} : await readFile(path, context, failures);
  // Of a broken file nobody knows whether it names the root: the first operand must not be taken for an image.
  const hasRoot = values.has('rootfs') || failures.length > before;
  const draft = addOperands(overrideDraft(file, flags), line.operands, hasRoot);
  checkFlags(values, draft, failures);
  const alreadyWrong = failures.length > 0;
  const options = completeDraft(draft, failures, verb);
  // A bad `--rootfs` or configuration makes root and command look missing: that would be a second, false message.
  const isTrue = ({ message }: Failure) => !alreadyWrong || !message.startsWith(beginOfMessage(verb));
  throwFailures(failures.filter(isTrue));
  return { options, settings: draft.settings ?? {} };
}

async function readFile(path: string, context: ParseContext, failures: Failure[]): Promise<RunDraft> {
  const { readConfigFile } = await import('./config/read-config.js');
  return readConfigFile(path, context, failures);
}

/** Lays flags over the file. A mount of the flags takes the place of the file's mount with the same target. */
export function overrideDraft(file: RunDraft, flags: RunDraft): RunDraft {
  const taken = new Set(flags.mounts?.map(({ target }) => target));
  const mounts = file.mounts?.filter(({ target }) => !taken.has(target));
  return mergeDrafts(mounts === undefined ? file : { ...file, mounts }, flags);
}

/**
 * The first operand is the image, unless the root is a directory. When the file names image or root, operands are
 * the command and replace the file's.
 */
function addOperands(draft: RunDraft, operands: readonly string[], hasRoot: boolean): RunDraft {
  const image = draft.settings?.image;
  if (hasRoot || draft.root !== undefined) {
    return operands.length > 0 ? { ...draft, command: operands } : draft;
  }
  if (image !== undefined) {
    const root = rootOfImage(image);
    return { ...draft, root, ...(operands.length > 0 ? { command: operands } : {}) };
  }
  const [first, ...command] = operands;
  if (first === undefined) return draft;
  return { ...draft, root: rootOfImage(first), ...(command.length > 0 ? { command } : {}) };
}

function checkFlags(values: FlagValues, { settings = {} }: RunDraft, failures: Failure[]): void {
  if (settings.format !== undefined && settings.explain !== true) {
    failures.push({ message: `failed to parse --format "${settings.format}": it goes with --explain only` });
  }
  if (values.has('cpus') && (values.has('cpu-quota') || values.has('cpu-period'))) {
    const cpus = [values.get('cpus')].flat().at(-1);
    failures.push({ message: `failed to parse --cpus "${cpus}": it excludes --cpu-quota and --cpu-period` });
  }
}
