import type { Int64 } from '@mini/contracts';
import type { Read } from '../controller-reader.js';
import { numberIn } from './number-in.js';

/** One line of a table: what was counted for one kind of operation on one device. */
export interface IoAccount {
  readonly major: number;
  readonly minor: number;
  /** `Read`, `Write`, `Sync`, `Async`, `Discard` or `Total`; absent in tables that do not tell them apart. */
  readonly operation?: string;
  readonly value: Int64;
}

/** Tables of the block devices; those that the kernel does not keep are empty. */
export interface IoAccounts {
  readonly serviceBytes: readonly IoAccount[];
  readonly serviced: readonly IoAccount[];
  readonly queued: readonly IoAccount[];
  readonly serviceTime: readonly IoAccount[];
  readonly waitTime: readonly IoAccount[];
  readonly merged: readonly IoAccount[];
  readonly time: readonly IoAccount[];
  readonly sectors: readonly IoAccount[];
}

/** A scheduler's own tables count for it alone; those of the throttle are always there. */
const PREFIXES = ['blkio.bfq', 'blkio', 'blkio.throttle'];

/** Lines `MAJ:MIN OPERATION VALUE`; the sum at the end has no device. */
function parseTable(text: string): IoAccount[] {
  return [...text.matchAll(/^(\d+):(\d+)(?: ([A-Za-z]+))? (\d+)$/gm)].map(
    ([, major, minor, operation, value]) => ({
      major: Number(major),
      minor: Number(minor),
      ...(operation !== undefined && { operation }),
      value: numberIn(value),
    }),
  );
}

/** Source: cgroup-v1/blkio-controller.rst of Linux. */
export function readIoV1(read: Read): IoAccounts {
  const table = (name: string) => {
    for (const prefix of PREFIXES) {
      const lines = parseTable(read(`${prefix}.${name}_recursive`) ?? '');
      if (lines.length > 0) return lines;
    }
    return [];
  };
  return {
    serviceBytes: table('io_service_bytes'),
    serviced: table('io_serviced'),
    queued: table('io_queued'),
    serviceTime: table('io_service_time'),
    waitTime: table('io_wait_time'),
    merged: table('io_merged'),
    time: table('time'),
    sectors: table('sectors'),
  };
}

/** Lines `MAJ:MIN rbytes=4096 wbytes=0 rios=1 wios=0 …`. Source: cgroup-v2.rst of Linux. */
export function readIoV2(read: Read): IoAccounts {
  const lines = [...(read('io.stat') ?? '').matchAll(/^(\d+):(\d+) (.*)$/gm)];
  const table = (names: Readonly<Record<string, string>>) =>
    lines.flatMap(([, major, minor, text = '']) =>
      [...text.matchAll(/(\w+)=(\d+)/g)].flatMap(([, key = '', value]): IoAccount[] => {
        const operation = names[key];
        if (operation === undefined) return [];
        return [{ major: Number(major), minor: Number(minor), operation, value: numberIn(value) }];
      }),
    );
  const none = { queued: [], serviceTime: [], waitTime: [], merged: [], time: [], sectors: [] };
  return {
    serviceBytes: table({ rbytes: 'Read', wbytes: 'Write' }),
    serviced: table({ rios: 'Read', wios: 'Write' }),
    ...none,
  };
}
