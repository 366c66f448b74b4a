import { spawn } from 'node:child_process';
import type { Environment } from '../config/environment.js';
import { registryError } from '../registry-error.js';
import type { Credentials } from './credentials.js';

/** What helpers print when they have nothing; the exit status tells it from no other failure. */
const NOT_FOUND = 'credentials not found in native keychain';
const MOST_OUTPUT = 1 << 20;

/**
 * Asks `docker-credential-<helper>` for the credentials of a server; `undefined` when it has none. Throws `bad-registry-config`.
 * Source: the protocol of docker's credential helpers.
 */
export async function askHelper(
  helper: string,
  server: string,
  env: Environment,
): Promise<Credentials | undefined> {
  const { output, exitCode, said } = await runHelper(helper, 'get', server, env);
  if (exitCode !== 0) {
    if (said === NOT_FOUND || said === 'credentials not found') return undefined;
    throw helperError(helper, 'get', `it says: ${said || `exit code ${exitCode}`}`);
  }
  const answer = parseAnswer(helper, output);
  if (answer.Username === '<token>') return { kind: 'identity-token', token: answer.Secret };
  return { kind: 'password', username: answer.Username, password: answer.Secret };
}

/** Has the helper keep credentials. Throws `bad-registry-config`. */
export async function storeWithHelper(
  helper: string,
  server: string,
  credentials: Credentials,
  env: Environment,
): Promise<void> {
  const [Username, Secret] =
    credentials.kind === 'password'
      ? [credentials.username, credentials.password]
      : ['<token>', credentials.token];
  const input = JSON.stringify({ ServerURL: server, Username, Secret });
  await runOrThrow(helper, 'store', input, env);
}

/** Has the helper forget credentials. Throws `bad-registry-config`. */
export async function eraseWithHelper(helper: string, server: string, env: Environment): Promise<void> {
  await runOrThrow(helper, 'erase', server, env);
}

async function runOrThrow(helper: string, verb: string, input: string, env: Environment): Promise<void> {
  const { exitCode, said } = await runHelper(helper, verb, input, env);
  if (exitCode !== 0 && said !== NOT_FOUND)
    throw helperError(helper, verb, `it says: ${said || `exit code ${exitCode}`}`);
}

interface HelperEnd {
  readonly output: string;
  readonly exitCode: number | null;
  /** What it printed, for a message: helpers report errors on stdout. */
  readonly said: string;
}

async function runHelper(
  helper: string,
  verb: string,
  input: string,
  { variables }: Environment,
): Promise<HelperEnd> {
  // It becomes part of a command's name, which is not to lead elsewhere.
  if (!/^[\w.-]+$/.test(helper))
    throw helperError(helper, verb, 'its name has characters that a helper cannot have');
  const child = spawn(`docker-credential-${helper}`, [verb], {
    env: { ...variables },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // One that does not read its input is no failure of ours.
  child.stdin.on('error', () => {});
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(input);
  try {
    const [output, errors, exitCode] = await Promise.all([
      collect(child.stdout),
      collect(child.stderr),
      ended,
    ]);
    return { output, exitCode, said: (output.trim() || errors.trim()).slice(0, 300) };
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is not in PATH' : (error as Error).message;
    throw helperError(helper, verb, reason);
  }
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text = (text + String(chunk)).slice(0, MOST_OUTPUT);
  return text;
}

function parseAnswer(helper: string, output: string): { readonly Username: string; readonly Secret: string } {
  try {
    const { Username, Secret } = JSON.parse(output) as Record<string, unknown>;
    if (typeof Username === 'string' && typeof Secret === 'string') return { Username, Secret };
  } catch {
    // What it printed could be a password: it is not shown.
  }
  throw helperError(helper, 'get', 'its answer is no JSON object with Username and Secret');
}

function helperError(helper: string, verb: string, reason: string) {
  return registryError(
    'bad-registry-config',
    `failed to run credential helper "docker-credential-${helper}" (${verb}): ${reason}`,
  );
}
