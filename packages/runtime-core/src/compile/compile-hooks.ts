import type { Hook, HookName, Spec, Step } from '@mini/contracts';
import { BARRIER } from './barrier.js';

type HookStep = Extract<Step, { op: 'hook' }>;

const MS_PER_SECOND = 1000;

/**
 * Where the parent moves interfaces into the network namespace and runs hooks on the host's side, and writes the state
 * for those that the helper runs.
 */
export function compileRuntimeHooks({ hooks = {}, linux }: Spec): Step[] {
  const { prestart = [], createRuntime = [], createContainer = [], startContainer = [] } = hooks;
  const count = prestart.length + createRuntime.length + createContainer.length + startContainer.length;
  return count + Object.keys(linux.netDevices ?? {}).length === 0
    ? []
    : [{ op: 'barrier', id: BARRIER.runtimeHooks, origin: 'hooks' }];
}

/**
 * The hooks that the helper runs; `stateFd` holds what they find on stdin. As under runc those that run
 * before the change of root find the new one as `.`, by the path that the host has it at.
 */
export function compileHooks(
  { hooks = {} }: Pick<Spec, 'hooks'>,
  name: Extract<HookName, 'createContainer' | 'startContainer'>,
  stateFd: number | undefined,
): Step[] {
  if (stateFd === undefined) return [];
  const steps = (hooks[name] ?? []).map(
    ({ path, args, env, timeout }: Hook, index): HookStep => ({
      op: 'hook',
      path,
      argv: args === undefined || args.length === 0 ? [path] : args,
      env: env ?? [],
      timeoutMs: (timeout ?? 0) * MS_PER_SECOND,
      stateFd,
      origin: `hooks.${name}[${index}]`,
    }),
  );
  if (steps.length === 0 || name === 'startContainer') return steps;
  return [{ op: 'chdir', path: '/', origin: `hooks.${name}` }, ...steps];
}
