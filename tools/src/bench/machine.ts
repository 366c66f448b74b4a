import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { execaSync } from 'execa';
import { detectMachineKind } from '../machine-kind.js';

/** What the figures hold for: lines of `name: value`. */
export function describeMachine(): [name: string, value: string][] {
  const processors = cpus();
  return [
    ['Processors', `${processors.length} × ${processors[0]?.model ?? 'unknown'}`],
    ['Memory', `${(totalmem() / 2 ** 30).toFixed(0)} GiB`],
    ['Kernel', `Linux ${release()}`],
    ['System', readSystemName()],
    ['Control groups', detectMachineKind()],
    ['Load before the run', loadavg()[0]!.toFixed(2)],
    ['Node.js', process.version],
    ...['crun', 'runc', 'podman', 'bwrap'].map((name): [string, string] => [
      name,
      readVersion(name) ?? 'missing',
    ]),
  ];
}

/** First number that looks like a version in what the program says; `undefined` when it is not there. */
export function readVersion(program: string): string | undefined {
  const { stdout, failed } = execaSync(program, ['--version'], { reject: false });
  return failed ? undefined : /\d+(\.\d+)+\S*/.exec(stdout)?.[0];
}

function readSystemName(): string {
  const [, name] = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
  return name ?? 'unknown';
}
