import { arch, release } from 'node:os';
import { formatEach } from './lists/format-list.js';
import { value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';
import { readVersion } from './version.js';

export const OPTIONS = withCommon(
  value('-f, --format', 'FORMAT', 'json, or a template such as {{.Client.Version}}'),
);

/** `mini version`. There is no server: what docker's users ask of it is answered all the same. */
export const runCommand = plainCommand({
  name: 'version',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  perform(given, io) {
    const facts = describeVersion();
    const data = { Client: facts, Server: facts };
    const format = given.get('format');
    if (format === 'json') io.writeOut(`${JSON.stringify(data)}\n`);
    else if (format !== undefined) io.writeOut(formatEach([data], format));
    else io.writeOut(Object.entries(facts).map(toLine).join(''));
    return 0;
  },
});

function describeVersion() {
  const engine =
    process.versions.bun === undefined ? `Node.js ${process.versions.node}` : `Bun ${process.versions.bun}`;
  return {
    Version: readVersion(),
    JavaScriptVersion: engine,
    Os: 'linux',
    Arch: arch() === 'x64' ? 'amd64' : arch(),
    KernelVersion: release(),
  };
}

const LABELS: Readonly<Record<string, string>> = {
  Version: 'Version',
  JavaScriptVersion: 'JavaScript',
  Os: 'OS',
  Arch: 'Architecture',
  KernelVersion: 'Kernel',
};

function toLine([field, text]: [string, string]): string {
  return `${`${LABELS[field]}:`.padEnd(14)}${text}\n`;
}
