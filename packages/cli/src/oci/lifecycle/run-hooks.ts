import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { type Hook, type HookName, loadChildProcess, reasonOf } from '@mini/contracts';
import type { Log } from '../log.js';
import { ociError } from '../oci-error.js';

const MS_PER_SECOND = 1000;

/** What hooks on the host's side are told, on stdin, and where they run. */
export interface HookCall {
  /** The container's state as JSON. */
  readonly state: string;
  /** The working directory as under runc and crun. */
  readonly bundle: string;
}

/**
 * Runs hooks on the host's side, one after the other, in our environment unless they have their own. Throws `RuntimeError`
 * `hook-failed` for the first that fails. Source: OCI runtime-spec, config.md, "POSIX-platform Hooks".
 */
export function runHooks(name: HookName, hooks: readonly Hook[] | undefined, call: HookCall): void {
  for (const [index, hook] of (hooks ?? []).entries()) runHook(hook, `hooks.${name}[${index}]`, call);
}

/** The same where the container's life goes on whatever they do: all of them run, and what fails is told in the log. */
export function tryHooks(name: HookName, hooks: readonly Hook[] | undefined, call: HookCall, log: Log): void {
  for (const [index, hook] of (hooks ?? []).entries()) {
    try {
      runHook(hook, `hooks.${name}[${index}]`, call);
    } catch (error) {
      log.warn(reasonOf(error));
    }
  }
}

function runHook({ path, args = [], env, timeout }: Hook, field: string, call: HookCall): void {
  const [argv0 = path, ...words] = args;
  // A hook that names no environment has ours, as under runc and crun.
  const { error, status, signal, stderr } = loadChildProcess().spawnSync(path, words, {
    argv0,
    ...(env === undefined ? {} : { env: Object.fromEntries(env.map((entry) => splitVariable(entry))) }),
    // Who deletes a container may have removed its bundle first.
    cwd: existsSync(call.bundle) ? call.bundle : '/',
    input: call.state,
    stdio: ['pipe', 'ignore', 'pipe'],
    encoding: 'utf8',
    killSignal: 'SIGKILL',
    ...(timeout === undefined ? {} : { timeout: timeout * MS_PER_SECOND }),
  });
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  // A hook that does not read its stdin may have ended well all the same.
  if (status === 0 && (error === undefined || code === 'EPIPE')) return;
  const reason =
    code === 'ETIMEDOUT'
      ? `it did not end within ${timeout} s`
      : error !== undefined && code !== 'EPIPE'
        ? reasonOf(error)
        : describeEnd(status, signal, stderr);
  throw ociError('hook-failed', `failed to run the hook "${path}" (${field}): ${reason}`, { cause: error });
}

function describeEnd(status: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const end =
    signal === null ? `exit status ${status}` : `signal ${signal} (${constants.signals[signal]}) ended it`;
  const said = stderr.trim();
  return said === '' ? end : `${end}, stderr: ${said}`;
}

function splitVariable(entry: string): [name: string, value: string] {
  const equals = entry.indexOf('=');
  return [entry.slice(0, equals), entry.slice(equals + 1)];
}
