import { existsSync, readFileSync } from 'node:fs';

/** What limits are checked against; data, so that checks run without the machine. */
export interface Machine {
  readonly onlineCpus: readonly number[];
  readonly onlineMemoryNodes: readonly number[];
  readonly hasBlockDevice: (major: number, minor: number) => boolean;
}

/** Highest number in a list, against `0-4294967295` eating all memory. */
const MAX_LIST_NUMBER = 8191;

/**
 * `0-2,5` ▶ 0, 1, 2, 5: the list format of cpuset(7). `undefined` when the text is no such list.
 */
export function parseNumberList(text: string): number[] | undefined {
  const numbers: number[] = [];
  for (const range of text.trim().split(',')) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range.trim()) ?? [];
    if (first === undefined || Number(last) < Number(first) || Number(last) > MAX_LIST_NUMBER)
      return undefined;
    for (let number = Number(first); number <= Number(last); number += 1) numbers.push(number);
  }
  return numbers;
}

function readNumberList(path: string, otherwise: readonly number[]): readonly number[] {
  try {
    return parseNumberList(readFileSync(path, 'utf8')) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** This machine, from /sys; a kernel without NUMA shows no memory nodes and has one. */
export function readMachine(): Machine {
  return {
    onlineCpus: readNumberList('/sys/devices/system/cpu/online', [0]),
    onlineMemoryNodes: readNumberList('/sys/devices/system/node/online', [0]),
    hasBlockDevice: (major, minor) => existsSync(`/sys/dev/block/${major}:${minor}`),
  };
}
