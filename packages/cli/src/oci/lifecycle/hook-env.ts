import type { Hook, Spec } from '@mini/contracts';

/**
 * The Spec with an environment for the hooks of the container's side that name none: before the root is changed that of
 * the caller, as under crun, after it that of the process, as under runc.
 */
export function fillHookEnv(spec: Spec, callerEnv: Readonly<Record<string, string | undefined>>): Spec {
  const { createContainer = [], startContainer = [] } = spec.hooks ?? {};
  const caller = Object.entries(callerEnv).map(([name, value]) => `${name}=${value}`);
  return {
    ...spec,
    hooks: {
      ...spec.hooks,
      createContainer: withEnv(createContainer, caller),
      startContainer: withEnv(startContainer, spec.process.env ?? []),
    },
  };
}

function withEnv(hooks: readonly Hook[], env: readonly string[]): Hook[] {
  return hooks.map((hook) => ({ ...hook, env: hook.env ?? env }));
}
