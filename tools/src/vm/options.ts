import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { RuntimeError } from '@mini/contracts';

export interface VmOptions {
  readonly command: readonly string[];
  /** Directory in the guest, which sees the host's files at the same paths. */
  readonly cwd: string;
  /** Added to the few variables that every job gets. */
  readonly env: Readonly<Record<string, string>>;
  /** From the start of QEMU to the command's end. */
  readonly timeoutMs: number;
  /** Directory of the guest that is copied to the same path of the host after the command. */
  readonly artifactDirectory: string | undefined;
  /** A machine that has no lane is then no failure: one line on stdout, exit code 0. */
  readonly maySkip: boolean;
}

export const usage = `Usage: tools/vm run [options] -- COMMAND [ARG…]

Runs COMMAND as root in a virtual machine with pure cgroup v2, on a throw-away copy of this machine's files.
Its output and exit status become those of tools/vm. 77: the machine cannot run it, 124: out of time,
125: the virtual machine failed.

  --cwd DIR            where COMMAND runs (default: the current directory)
  --env NAME[=VALUE]   sets a variable, or hands on the caller's
  --timeout SECONDS    default 1200
  --may-skip           where there is no virtual machine, say so on stdout and exit 0
  --artifact DIR       afterwards copies the guest's DIR to the host's DIR
`;

const defaultTimeoutSeconds = 1200;

/** @throws RuntimeError `failed to parse arguments: …` */
export function parseVmArguments(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): VmOptions {
  const { values, positionals } = parseKnownFlags(argv);
  const [verb, ...command] = positionals;
  if (verb !== 'run') throw invalidArguments(`unknown command ${JSON.stringify(verb ?? '')} (known: "run")`);
  if (command.length === 0) throw invalidArguments('a command is missing after "run --"');
  return {
    command,
    cwd: resolve(cwd, values.cwd ?? '.'),
    env: readVariables(values.env ?? [], env),
    timeoutMs: readTimeoutMs(values.timeout),
    artifactDirectory: values.artifact === undefined ? undefined : resolve(cwd, values.artifact),
    maySkip: values['may-skip'] ?? false,
  };
}

function parseKnownFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        cwd: { type: 'string' },
        env: { type: 'string', multiple: true },
        timeout: { type: 'string' },
        artifact: { type: 'string' },
        'may-skip': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw invalidArguments((error as Error).message);
  }
}

function readVariables(words: readonly string[], env: NodeJS.ProcessEnv): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const word of words) {
    const separator = word.indexOf('=');
    const name = separator < 0 ? word : word.slice(0, separator);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw invalidArguments(`"${name}" is not a variable's name (--env)`);
    const value = separator < 0 ? env[name] : word.slice(separator + 1);
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

function readTimeoutMs(word: string | undefined): number {
  const seconds = word === undefined ? defaultTimeoutSeconds : Number(word);
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw invalidArguments(`"${word}" is not a number of seconds above 0 (--timeout)`);
  }
  return seconds * 1000;
}

function invalidArguments(reason: string): RuntimeError {
  return new RuntimeError({ code: 'INVALID_ARGUMENT', message: `failed to parse arguments: ${reason}` });
}
