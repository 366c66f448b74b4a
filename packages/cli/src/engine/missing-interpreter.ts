import { errnoOf, isRuntimeError, type Process, RuntimeError } from '@mini/contracts';
import { readInterpreter } from '@mini/rootfs-manager';
import type { Engine } from './engine.js';

/**
 * A command that was found and then "not found" is a script whose interpreter is missing: the hint names it. Any other
 * error comes back as it is.
 */
export function explainMissingInterpreter(
  { kernel }: Engine,
  rootFd: number,
  process: Process,
  error: unknown,
): unknown {
  if (!isRuntimeError(error) || error.context.step !== 'exec') return error;
  if (error.context.errno !== errnoOf('ENOENT')) return error;
  for (const path of listCandidates(process)) {
    const interpreter = readInterpreter(kernel, rootFd, path);
    if (interpreter === undefined) continue;
    const { code, message, cause, context } = error;
    const hint = `"${path}" is a script, and its interpreter "${interpreter}" is not there`;
    return new RuntimeError({ code, message, cause, context: { ...context, hint } });
  }
  return error;
}

/** Where the command can have been found, in the order of the search. */
function listCandidates({ args: [file = ''], cwd, env = [] }: Process): string[] {
  if (file.includes('/')) return [file.startsWith('/') ? file : `${cwd}/${file}`];
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? '';
  return path.split(':').map((directory) => `${directory === '' ? cwd : directory}/${file}`);
}
