import { type Side, timeProgram } from '../side.js';

/** A command line, from its start to its exit. */
export function command(
  name: string,
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Side {
  // Node 20 parses these certificates at each start, however little it does then: more than all that is compared here.
  const environment = { ...process.env, NODE_EXTRA_CA_CERTS: undefined, ...env };
  return { name, run: () => timeProgram(file, args, environment) };
}
