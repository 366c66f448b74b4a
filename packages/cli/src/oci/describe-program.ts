import { OCI_VERSION } from '@mini/runtime-core';
import { readVersion } from '../commands/version.js';
import type { OciCommand } from './command.js';
import type { Flag } from './command-line/flag.js';
import { COMMANDS, type CommandEntry } from './command-table.js';

/** `--version`: three lines, which podman and Docker read. `--help` otherwise. */
export async function describeProgram(isVersion: boolean, globals: readonly Flag[]): Promise<string> {
  if (isVersion) return `mini-oci version ${readVersion()}\ncommit: ${readVersion()}\nspec: ${OCI_VERSION}\n`;
  const commands = Object.entries(COMMANDS).map(
    ([name, { describe }]) => `  ${name.padEnd(12)}${describe}\n`,
  );
  return [
    'Usage: mini-oci [global flags] COMMAND [flags] [arguments]\n\n',
    'An OCI runtime: runs containers from bundles, for podman, Docker, containerd and people.\n\n',
    'Commands:\n',
    ...commands,
    '\nGlobal flags:\n',
    ...globals.map(describeFlag),
  ].join('');
}

export function describeCommand(
  name: string,
  { usage, describe }: CommandEntry,
  { flags, detail }: Pick<OciCommand, 'flags' | 'detail'>,
): string {
  const head = `Usage: mini-oci [global flags] ${name} ${usage}\n\n${describe[0]!.toUpperCase()}${describe.slice(1)}.\n`;
  return [
    head,
    ...(detail === undefined ? [] : [`\n${detail}\n`]),
    ...(flags.length === 0 ? [] : ['\nFlags:\n', ...flags.map(describeFlag)]),
  ].join('');
}

function describeFlag({ name, short, value, describe }: Flag): string {
  const names = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
  return `  ${names.padEnd(34)} ${describe}\n`;
}
