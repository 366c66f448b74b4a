import { nativeKernel } from '@mini/runtime-core';
import { readBundle } from '../bundle.js';
import type { OciCommand } from '../command.js';
import { toggle, valued } from '../command-line/flag.js';
import type { Given } from '../command-line/read-flags.js';
import type { OciContext } from '../context.js';
import { createContainer } from '../lifecycle/create-container.js';
import { readListenFds } from '../lifecycle/listen-fds.js';
import type { CreateRequest } from '../lifecycle/prepare-container.js';
import { usageError } from '../oci-error.js';

/** Flags that `create` and `run` share. */
export const CREATE_FLAGS = [
  valued('b, bundle', 'DIR', 'the bundle (the current directory)'),
  valued('f, config', 'FILE', 'configuration instead of config.json of the bundle'),
  valued('console-socket', 'SOCKET', 'where to send the master of the terminal'),
  valued('pid-file', 'FILE', 'where to write the pid'),
  toggle('no-pivot', 'change the root by chroot: for a root file system in memory'),
  toggle('no-new-keyring', 'leave the process the session keyring that the caller has'),
  toggle('no-subreaper', 'without meaning: orphans are never adopted'),
  valued('preserve-fds', 'N', 'hand N descriptors beside stdio to the process (0)'),
];

export function readCreateRequest(given: Given, { log, env }: OciContext): CreateRequest {
  const listening = readListenFds(env, process.pid, 1);
  return {
    id: given.operands[0]!,
    bundle: readBundle(given.get('bundle') || process.cwd(), given.get('config'), log),
    options: {
      noPivot: given.is('no-pivot'),
      newKeyring: !given.is('no-new-keyring'),
      preservedFds: listening.count + readCount('preserve-fds', given.get('preserve-fds') ?? '0'),
    },
    env: listening.env,
    ...optional('pidFile', given.get('pid-file')),
    ...optional('consoleSocket', given.get('console-socket')),
  };
}

/** More than a launch can pass is refused by it. */
export function readCount(flag: string, text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw usageError(`invalid value "${text}" for flag --${flag}`);
  return Number(text);
}

/** A flag given as the empty string is not given: callers leave it so. */
export function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return (value === undefined || value === '' ? {} : { [key]: value }) as { [K in Key]?: string };
}

/** `mini-oci create`: Source: opencontainers runtime-spec, runtime.md, "Create". */
export const createCommand: OciCommand = {
  flags: CREATE_FLAGS,
  operands: { least: 1, most: 1 },
  async perform(given, context) {
    await createContainer(nativeKernel(), context, readCreateRequest(given, context));
    return 0;
  },
};
