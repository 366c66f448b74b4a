import type { CapabilityName, Process } from '@mini/contracts';
import { capabilitiesFor } from '@mini/runtime-core';

/** What a further process of a container changes of the first one's description. */
export interface ExecChanges {
  readonly command: readonly string[];
  /** `KEY=value`; the later one wins. */
  readonly env?: readonly string[];
  readonly workdir?: string | undefined;
  readonly user?: Process['user'];
  readonly tty?: boolean;
  /** All capabilities that there are, for a process that nothing is taken from. */
  readonly privileged?: readonly CapabilityName[];
  readonly consoleSize?: Process['consoleSize'];
}

/** The container's own process, with another command, and what the request changes. A pure function. */
export function describeExecProcess(own: Process, changes: ExecChanges): Process {
  const { command, env = [], workdir, user = own.user, tty = false, privileged, consoleSize } = changes;
  const entries = [...(own.env ?? []), ...(tty ? ['TERM=xterm'] : []), ...env];
  const byKey = new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry]));
  const { consoleSize: _, ...rest } = own;
  return {
    ...rest,
    args: command,
    env: [...byKey.values()],
    cwd: workdir ?? own.cwd,
    user,
    terminal: tty,
    capabilities: capabilitiesFor(user.uid, privileged ?? own.capabilities?.bounding ?? []),
    noNewPrivileges: privileged === undefined && own.noNewPrivileges === true,
    ...(consoleSize === undefined ? {} : { consoleSize }),
  };
}
