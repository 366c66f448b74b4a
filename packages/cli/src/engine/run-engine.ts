import type { Plan } from '@mini/contracts';
import type { RunOptions } from './run-options.js';

/** What `mini run` needs of the engine, without what it has for other commands: all of a module is evaluated at each start. */
export { run, runDetached } from './run.js';

/** As `explain.js`, which only those load who ask for it. */
export async function explain(options: RunOptions): Promise<Plan> {
  return await (await import('./explain.js')).explain(options);
}
