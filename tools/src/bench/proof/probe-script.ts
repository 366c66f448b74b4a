import { BUSYBOX } from '../scene.js';

/** The sections that the probe prints, in the order of its commands. */
export const PROBE_SECTIONS = [
  'namespaces',
  'mountinfo',
  'status',
  'devices',
  'limits',
  'process',
  'ready',
] as const;
export type ProbeSection = (typeof PROBE_SECTIONS)[number];

const b = BUSYBOX;

const commands: Readonly<Record<ProbeSection, string>> = {
  namespaces: `for n in cgroup ipc mnt net pid user uts; do ${b} readlink /proc/1/ns/$n; done`,
  mountinfo: `${b} cat /proc/1/mountinfo`,
  status: `${b} cat /proc/1/status`,
  devices: `${b} ls -ln /dev`,
  limits:
    'for f in memory/memory.limit_in_bytes pids/pids.max memory.max pids.max; do ' +
    `p=/sys/fs/cgroup/$f; [ -e $p ] && echo "\${f##*/} $(${b} cat $p)"; done; :`,
  process:
    `${b} hostname; ${b} pwd; ${b} id; echo "\${PATH}"; ${b} cat /sys/class/net/lo/flags; ` +
    `for d in /proc/1/fd/*; do echo "fd \${d##*/}"; done`,
  // The host looks at the process, and then it may end.
  ready: 'echo; read line',
};

const SCRIPT = PROBE_SECTIONS.map((name) => `echo "== ${name}"\n${commands[name]}`).join('\n');

/**
 * A command that prints what it sees of its container and then waits for a line on its stdin.
 * @param mark a word on its command line, by which the host finds it
 */
export function probeCommand(mark: string): string[] {
  return [BUSYBOX, 'sh', '-c', SCRIPT, mark];
}

/** The lines of each section. */
export function splitSections(output: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of output.split('\n')) {
    const [, name] = /^== (\w+)$/.exec(line) ?? [];
    if (name === undefined) {
      lines.push(line);
      continue;
    }
    lines = [];
    sections.set(name, lines);
  }
  return sections;
}
