import type { CapabilityName, Process, Spec } from '@mini/contracts';
import { usageError } from '../oci-error.js';

/** What the command line of `exec` says of a process, on top of the container's own. */
export interface ProcessRequest {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: readonly string[];
  /** `UID[:GID]`. */
  readonly user?: string;
  readonly additionalGids: readonly number[];
  readonly terminal: boolean;
  readonly noNewPrivileges: boolean;
  readonly capabilities: readonly string[];
}

const MAX_ID = 0xfffffffe;

/** The container's process with another command. Throws `RuntimeError` `usage`. */
export function describeProcess({ process }: Spec, request: ProcessRequest): Process {
  const { args, cwd, env, user, additionalGids, terminal } = request;
  if (args.length === 0) throw usageError('process args cannot be empty');
  if (cwd !== undefined && !cwd.startsWith('/')) {
    throw usageError(`the working directory "${cwd}" is not an absolute path`);
  }
  const unnamed = env.find((entry) => !/^[^=]+=/.test(entry));
  if (unnamed !== undefined) throw usageError(`"${unnamed}" is not of the form NAME=value (--env)`);
  const own = user === undefined ? process.user : { ...process.user, ...parseUser(user) };
  const { consoleSize: _, ...rest } = process;
  return {
    ...rest,
    args,
    terminal,
    cwd: cwd ?? process.cwd,
    env: [...(process.env ?? []), ...env],
    user: additionalGids.length === 0 ? own : { ...own, additionalGids },
    noNewPrivileges: request.noNewPrivileges || process.noNewPrivileges === true,
    ...addCapabilities(process, request.capabilities),
  };
}

function parseUser(text: string): { uid: number; gid?: number } {
  const [, uid, gid] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text) ?? [];
  if (uid === undefined || Number(uid) > MAX_ID || Number(gid ?? 0) > MAX_ID) {
    throw usageError(`the user "${text}" is not UID[:GID]`);
  }
  return { uid: Number(uid), ...(gid === undefined ? {} : { gid: Number(gid) }) };
}

/** Nothing inheritable is added: CVE-2022-29162. */
function addCapabilities({ capabilities = {} }: Process, added: readonly string[]) {
  if (added.length === 0) return {};
  const names = added.map((name) => name.toUpperCase()) as CapabilityName[];
  const extend = (set: readonly CapabilityName[] = []) => [...new Set([...set, ...names])];
  return {
    capabilities: {
      ...capabilities,
      bounding: extend(capabilities.bounding),
      effective: extend(capabilities.effective),
      permitted: extend(capabilities.permitted),
    },
  };
}
