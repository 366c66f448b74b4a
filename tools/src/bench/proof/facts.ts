import type { ProbeSection } from './probe-script.js';

/** What is true of a container, as names and texts that can be held against those of another. */
export type Facts = ReadonlyMap<string, string>;

type Entry = readonly [name: string, value: string];

/** What the host sees of the container's first process. */
export interface HostView {
  /** Text of /proc/PID/cgroup. */
  readonly cgroup: string;
  /** The same of the process that measures. */
  readonly ownCgroup: string;
  /** Links of the measuring process in /proc/self/ns, such as `pid:[4026531836]`. */
  readonly ownNamespaces: readonly string[];
}

/** Reads a probe's output; every namespace, mount, device, … becomes one fact. */
export function collectFacts(sections: ReadonlyMap<string, readonly string[]>, host: HostView): Facts {
  const linesOf = (name: ProbeSection) => (sections.get(name) ?? []).filter((line) => line !== '');
  return new Map([
    ...namespaceFacts(linesOf('namespaces'), host.ownNamespaces),
    ...groupFacts(host),
    ...mountFacts(linesOf('mountinfo')),
    ...statusFacts(linesOf('status')),
    ...deviceFacts(linesOf('devices')),
    ...linesOf('limits').map((line): Entry => [`limit ${line.split(' ')[0]}`, line.split(' ')[1] ?? '']),
    ...linesOf('process').map((line, index): Entry => [processName(line, index), line]),
  ]);
}

function namespaceFacts(links: readonly string[], ownLinks: readonly string[]): Entry[] {
  return links.map((link) => [
    `namespace ${link.split(':')[0]}`,
    ownLinks.includes(link) ? "the host's" : 'its own',
  ]);
}

/** Each line is `ID:CONTROLLERS:PATH`; the path itself differs, of course. */
function groupFacts({ cgroup, ownCgroup }: HostView): Entry[] {
  const own = new Set(ownCgroup.split('\n'));
  return cgroup
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, controllers, path] = line.split(':');
      const isJoined = path !== '/' && !own.has(line);
      return [`group ${controllers || 'cgroup2'}`, isJoined ? 'joined' : 'not joined'];
    });
}

/** `36 35 98:0 /root /point options optional - type source options`, proc_pid_mountinfo(5). */
function mountFacts(lines: readonly string[]): Entry[] {
  const mounts = new Map<string, string>();
  for (const line of lines) {
    const fields = line.split(' ');
    const hyphen = fields.indexOf('-', 6);
    const [, , , , point = '', options = ''] = fields;
    const [fstype = '', , superOptions = ''] = fields.slice(hyphen + 1);
    const earlier = mounts.get(point);
    // The file system of the root, and which directory of it is mounted where, are not in question.
    const what = point === '/' ? options : `${fstype} ${options} ${sortOptions(superOptions)}`;
    mounts.set(point, earlier === undefined ? what : `${earlier} + ${what}`);
  }
  return [...mounts].map(([point, what]) => [`mount ${point}`, what]);
}

function sortOptions(options: string): string {
  return options.split(',').sort().join();
}

const STATUS_FIELDS =
  /^(Umask|Groups|SigBlk|SigIgn|Cap(?:Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp|Cpus_allowed):\s*(.*)$/;

function statusFacts(lines: readonly string[]): Entry[] {
  return lines.flatMap((line) => {
    const [, name, value] = STATUS_FIELDS.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[`status ${name}`, value.trim()] as const];
  });
}

/** `crw-rw-rw-    1 0        0           1,   3 Nov 22 00:51 null`: all but the count of links and the time. */
function deviceFacts(lines: readonly string[]): Entry[] {
  return lines.flatMap((line) => {
    const words = line.split(/\s+/);
    const [mode = '', , uid = '', gid = ''] = words;
    const [, date] = /\s(\w{3}\s+\d+\s+[\d:]+)\s/.exec(line) ?? [];
    if (date === undefined) return [];
    const [before = '', after = ''] = line.split(` ${date} `);
    const [name = '', target] = after.split(' -> ');
    const [, numbers] = /(\d+,\s+\d+)$/.exec(before) ?? [];
    const number = numbers === undefined ? '' : ` ${numbers.replaceAll(/\s+/g, '')}`;
    return [
      [
        `device /dev/${name}`,
        `${mode} ${uid}:${gid}${number}${target === undefined ? '' : ` to ${target}`}`,
      ] as const,
    ];
  });
}

const PROCESS_NAMES = ['hostname', 'working directory', 'user', 'PATH', 'loopback flags'] as const;

function processName(line: string, index: number): string {
  return PROCESS_NAMES[index] ?? `descriptor ${line.split(' ')[1]}`;
}
