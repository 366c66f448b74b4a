import type { Resources } from '@mini/contracts';
import type { ResourceProblem, Setting } from './controller.js';

const FIELD = 'linux.resources.unified';

/** `cgroup.` files move, kill or freeze processes; only these two are limits. */
const CORE_LIMITS = ['cgroup.max.depth', 'cgroup.max.descendants'];

/** `memory.high` ▶ `memory`; `undefined` for a core file. */
export function controllerOfFile(file: string): string | undefined {
  const prefix = file.slice(0, file.indexOf('.'));
  return prefix === 'cgroup' ? undefined : prefix;
}

/** Files of v2 given by name; several lines of a value are several writes, as `io.max` wants them. */
export function compileUnified({ unified = {} }: Resources): Setting[] {
  return Object.entries(unified).flatMap(([file, value]) =>
    value
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ file, value: line, field: `${FIELD}[${JSON.stringify(file)}]` })),
  );
}

/** Names that are no control file, or one that is not a limit. */
export function validateUnified({ unified = {} }: Resources): ResourceProblem[] {
  return Object.keys(unified).flatMap((file) => {
    const field = `${FIELD}[${JSON.stringify(file)}]`;
    if (!/^[a-z0-9_]+(\.[A-Za-z0-9_-]+)+$/.test(file)) {
      return [{ field, reason: 'it is not the name of a control file such as "memory.high"' }];
    }
    if (file.startsWith('cgroup.') && !CORE_LIMITS.includes(file)) {
      return [{ field, reason: `of the core files only ${CORE_LIMITS.join(' and ')} are limits` }];
    }
    return [];
  });
}
