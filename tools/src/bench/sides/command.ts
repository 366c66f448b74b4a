import { type Side, timeProgram } from '../side.js';

/** A command line, from its start to its exit. */
export function command(
  name: string,
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Side {
  const environment = { ...process.env, ...env };
  return { name, run: () => timeProgram(file, args, environment) };
}
