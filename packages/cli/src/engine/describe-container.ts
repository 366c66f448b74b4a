import { readdirSync } from 'node:fs';
import { release } from 'node:os';
import process from 'node:process';
import { type Mount, RuntimeError, type Spec } from '@mini/contracts';
import { CPU_DIRECTORY, listThrottlePaths, resolveUser } from '@mini/rootfs-manager';
import { readAvailableCapabilities } from './available-capabilities.js';
import { buildSpec } from './build-spec.js';
import { checkResources, withDefaultPids } from './container-resources.js';
import type { RootFacts } from './container-root.js';
import { readDevices } from './devices.js';
import type { Engine } from './engine.js';
import { type EtcFile, listEtcFiles } from './etc-files.js';
import { listHostDevices } from './host-devices.js';
import { assertMapped } from './id-maps.js';
import type { RunOptions } from './run-options.js';

/** What is known of a container before anything of it is made. */
export interface ContainerDescription {
  readonly spec: Spec;
  /** Files that the Spec binds and that are still to be written. */
  readonly etcFiles: readonly EtcFile[];
}

/** Identity and place of a container. */
export interface ContainerPlace {
  readonly id: string;
  readonly directory: string;
}

/** Reads what the Spec depends on and builds it; makes nothing. Throws for unknown users, devices and a missing command. */
export function describeContainer(
  { kernel, caller, layout, hostHostname }: Engine,
  options: RunOptions,
  { id, directory }: ContainerPlace,
  root: RootFacts & { readonly fd: number },
  volumeMounts: readonly Mount[] = [],
): ContainerDescription {
  const { disposable } = root;
  const hostname = options.hostname ?? (options.uts === 'host' ? hostHostname : id.slice(0, 12));
  const { network } = options;
  const request = { directory, rootFd: root.fd, disposable, hostname, network, callerUid: caller.uid };
  const etcFiles = listEtcFiles(kernel, request);
  const user = resolveUser(kernel, root.fd, options.user ?? '0', options.groupAdd);
  assertMapped(options, user);
  const resources = withDefaultPids(options.resources, layout, caller);
  const spec = buildSpec(
    { ...options, resources },
    {
      id,
      hostname,
      rootPath: root.path,
      defaultCommand: root.defaultCommand,
      user,
      etcMounts: etcFiles.map(({ mount }) => mount),
      volumeMounts,
      devices: [...readDevices(options.devices), ...(options.privileged ? listHostDevices() : [])],
      throttlePaths: listThrottlePaths(readdirSync(CPU_DIRECTORY)),
      caller,
      availableCapabilities: readAvailableCapabilities(caller.uid),
      machine: process.arch,
      kernelRelease: release(),
      ...terminalSize(options),
    },
  );
  assertCommand(spec, options.root, root.path);
  checkResources(layout, spec.linux.resources ?? {});
  return { spec, etcFiles };
}

function assertCommand({ process: { args } }: Spec, root: RunOptions['root'], rootPath: string): void {
  if (args.length > 0) return;
  if (root.kind === 'layers') {
    throw new RuntimeError({
      code: 'no-command',
      message: `failed to run "${root.name}": there is no command, and the image has none of its own`,
      context: { hint: 'give the command after the image: mini run IMAGE COMMAND' },
    });
  }
  throw new RuntimeError({
    code: 'no-command',
    message: `failed to run "${rootPath}": there is no command, and a directory has none of its own`,
    context: { hint: 'give the command after the directory: mini run --rootfs DIR COMMAND' },
  });
}

/** Only for a terminal: `process.stdout` loads all of Node's streams. */
function terminalSize({ tty }: RunOptions) {
  if (!tty) return {};
  const { rows, columns } = process.stdout;
  return rows && columns ? { terminalSize: { rows, columns } } : {};
}
