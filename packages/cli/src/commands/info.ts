import { readSystemInfo, type SystemInfo } from '../engine/life/info.js';
import { formatEach } from './lists/format-list.js';
import { describeBinarySize } from './lists/human.js';
import { value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';
import { readVersion } from './version.js';

export const OPTIONS = withCommon(
  value('-f, --format', 'FORMAT', 'json, or a template such as {{.ContainersRunning}}'),
);

/** `mini info` and `mini system info`. */
export const runCommand = plainCommand({
  name: 'info',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  perform(given, io) {
    const info = { ...readSystemInfo(), ServerVersion: readVersion() };
    const format = given.get('format');
    if (format === undefined) io.writeOut(describeInfo(info));
    else io.writeOut(format === 'json' ? `${JSON.stringify(info)}\n` : formatEach([info], format));
    return 0;
  },
});

function describeInfo(info: SystemInfo & { readonly ServerVersion: string }): string {
  return [
    ['Containers', info.Containers],
    [' Running', info.ContainersRunning],
    [' Paused', info.ContainersPaused],
    [' Stopped', info.ContainersStopped],
    ['Version', info.ServerVersion],
    ['Data directory', info.MiniRootDir],
    ['Run directory', info.RunDirectory],
    ['Rootless', info.Rootless],
    ...describeIds(info),
    ['Cgroups', info.CgroupMode],
    [' Controllers', info.CgroupControllers.join(' ')],
    ['Kernel', info.KernelVersion],
    ['Architecture', info.Architecture],
    ['CPUs', info.NCPU],
    ['Memory', describeBinarySize(info.MemTotal)],
    ['Name', info.Name],
  ]
    .map(([label, text]) => `${label}: ${text}\n`)
    .join('');
}

/** Nothing for root, whose containers have the machine's. */
function describeIds({ IdMappings }: SystemInfo): [label: string, text: string][] {
  if (IdMappings === undefined) return [];
  const { uidmap, gidmap, Lack, Mistakes } = IdMappings;
  const count = (mappings: typeof uidmap) => mappings.reduce((sum, { size }) => sum + size, 0);
  return [
    [' Users of a container', String(count(uidmap))],
    [' Groups of a container', String(count(gidmap))],
    ...(Lack === undefined ? [] : [[' No more because', `${Lack.Reason}; ${Lack.Hint}`] as [string, string]]),
    ...Mistakes.map((mistake): [string, string] => [' Not heeded', mistake]),
  ];
}
