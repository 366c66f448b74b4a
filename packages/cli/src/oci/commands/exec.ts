import type { Process, Spec } from '@mini/contracts';
import { parseProcess } from '@mini/contracts/validation';
import { nativeKernel } from '@mini/runtime-core';
import { readDocument } from '../bundle.js';
import type { OciCommand } from '../command.js';
import { toggle, valued } from '../command-line/flag.js';
import type { Given } from '../command-line/read-flags.js';
import type { OciContext } from '../context.js';
import { execInContainer } from '../lifecycle/exec-container.js';
import { describeProcess } from '../lifecycle/exec-process.js';
import { fitLabels } from '../lifecycle/fit-labels.js';
import { readListenFds } from '../lifecycle/listen-fds.js';
import { readContainerSpec } from '../state/container-spec.js';
import { findContainer } from '../state/find-container.js';
import { optional, readCount } from './create.js';

/** `mini-oci exec`. Callers tell its own failures from those of the process by 255. */
export const execCommand: OciCommand = {
  flags: [
    valued('p, process', 'FILE', 'the process as JSON, instead of a command'),
    toggle('d, detach', 'do not wait for the process'),
    toggle('t, tty', 'open a terminal for the process'),
    valued('console-socket', 'SOCKET', 'where to send the master of the terminal'),
    valued('pid-file', 'FILE', 'where to write the pid'),
    valued('cwd', 'DIR', "working directory (the container's)"),
    valued('e, env', 'NAME=VALUE', 'set a variable; may be repeated'),
    valued('u, user', 'UID[:GID]', "numeric user (the container's)"),
    valued('g, additional-gids', 'GID', 'one more group; may be repeated'),
    valued('c, cap', 'NAME', 'add a capability; may be repeated'),
    toggle('no-new-privs', 'keep the process from gaining privileges'),
    valued('process-label', 'LABEL', 'SELinux label of the process'),
    valued('apparmor', 'PROFILE', 'AppArmor profile of the process'),
    valued('preserve-fds', 'N', 'hand N descriptors beside stdio to the process (0)'),
    valued(
      'cgroup',
      '[CONTROLLERS:]PATH',
      "run in this group below the container's; may be repeated on cgroup v1",
    ),
    toggle('ignore-paused', 'do not refuse a paused container'),
    toggle('no-subreaper', 'without meaning: orphans are never adopted'),
  ],
  operands: { least: 1, most: Infinity, stopAt: 2 },
  failureCode: 255,
  perform(given, context) {
    const container = findContainer(context, given.operands[0]!, 'run a process in');
    const spec = readContainerSpec(container.path);
    const listening = readListenFds(context.env, process.pid, undefined);
    const wanted = readRequested(given, context, spec);
    return execInContainer(nativeKernel(), container, spec, {
      process: fitLabels(
        withLabels({ ...wanted, env: [...(wanted.env ?? []), ...listening.env] }, given, spec),
      ),
      log: context.log,
      detach: given.is('detach'),
      preservedFds: listening.count + readCount('preserve-fds', given.get('preserve-fds') ?? '0'),
      ignorePaused: given.is('ignore-paused'),
      ...optional('pidFile', given.get('pid-file')),
      ...optional('consoleSocket', given.get('console-socket')),
      cgroups: given.all('cgroup'),
    });
  },
};

function readRequested(given: Given, context: OciContext, spec: Spec): Process {
  const file = given.get('process');
  // A terminal that is asked for beside the file wins: containerd gives both.
  if (file !== undefined && file !== '') {
    const { process, warnings } = parseProcess(readDocument(file), { name: file });
    for (const warning of warnings) context.log.warn(warning);
    return given.is('tty') ? { ...process, terminal: true } : process;
  }
  return describeProcess(spec, {
    args: given.operands.slice(1),
    env: given.all('env'),
    additionalGids: given.all('additional-gids').map((gid) => readCount('additional-gids', gid)),
    terminal: given.is('tty'),
    noNewPrivileges: given.is('no-new-privs'),
    capabilities: given.all('cap'),
    ...optional('cwd', given.get('cwd')),
    ...optional('user', given.get('user')),
  });
}

/** A label of the command line, else of the document, else of the container. */
function withLabels(process: Process, given: Given, spec: Spec): Process {
  const apparmorProfile =
    given.get('apparmor') || process.apparmorProfile || spec.process.apparmorProfile || '';
  const selinuxLabel = given.get('process-label') || process.selinuxLabel || spec.process.selinuxLabel || '';
  return { ...process, apparmorProfile, selinuxLabel };
}
