import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '../workspace.js';
import type { Section } from './section.js';
import { formatTable } from './table.js';

const INTRODUCTION = `Written by \`nx bench tools\`, as root; do not edit. All sides are measured in one run, in turn, so that what else the
machine does falls on all of them alike. Times are milliseconds; read the ratios, the times are those of one machine.

The container: mount, PID, UTS, IPC, network and cgroup namespaces; the default mounts, devices, masked and read-only
paths; a group in every tree of control groups, with limits of memory and processes; Docker's default capabilities;
no_new_privs. Its command is a static \`true\`.`;

/** The whole report. */
export function formatReport(
  machine: readonly (readonly [string, string])[],
  rounds: number,
  sections: readonly Section[],
): string {
  const targets = sections.flatMap((section) => section.targets);
  return `${[
    '# Benchmarks',
    INTRODUCTION,
    formatTable(
      ['Target', 'measured', ''],
      targets.map(({ text, measured, isMet }) => [text, measured, isMet ? 'met' : 'not met']),
    ),
    ...sections.flatMap(({ title, text }) => [`## ${title}`, text]),
    '## Machine',
    [...machine, ['Rounds', String(rounds)] as const]
      .map(([name, value]) => `- ${name}: ${value}`)
      .join('\n'),
  ].join('\n\n')}\n`;
}

export function writeReport(text: string): void {
  writeFileSync(join(workspaceRoot, 'docs/benchmarks.md'), text);
}
