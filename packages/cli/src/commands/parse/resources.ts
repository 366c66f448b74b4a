import type { CpuResources, ThrottleDevice } from '@mini/contracts';
import { Problem, quote } from '../problem.js';
import type { ParseContext } from '../run-draft.js';
import { splitDeviceNumber } from './device-number.js';
import { describeReason } from './file.js';
import { parseInteger, parseSizeBytes } from './number.js';

/** Microseconds in which the kernel counts a CPU quota unless told. */
const CPU_PERIOD_US = 100_000;

/** How many CPUs, decimals allowed, as quota and period; 0 is no limit. Throws `Problem`. */
export function parseCpus(value: string): CpuResources {
  const cpus = /^(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : Number.NaN;
  if (cpus === 0) return {};
  if (!(cpus >= 0.01 && cpus <= 100_000)) {
    throw new Problem('a number of CPUs, 0.01 or more, is needed', { hint: 'write it like 0.5 or 2' });
  }
  return { quota: Math.round(cpus * CPU_PERIOD_US), period: CPU_PERIOD_US };
}

/** A list of numbers as cpuset(7) writes it, such as `0-3,8`. Throws `Problem`. */
export function parseCpuset(value: string): string {
  for (const range of value.split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range);
    if (match === null || Number(match[1]) > Number(match[2] ?? match[1])) {
      throw new Problem(`${quote(range)} is not a number or a range`, { hint: 'write it like 0-3,8' });
    }
  }
  return value;
}

/** A rate for a block device, `PATH:BYTES`. Throws `Problem`. */
export function parseBytesRate(value: string, context: ParseContext): ThrottleDevice {
  return parseRate(value, context, 'PATH:SIZE', parseSizeBytes);
}

/** A rate for a block device, `PATH:OPERATIONS`. Throws `Problem`. */
export function parseOperationsRate(value: string, context: ParseContext): ThrottleDevice {
  return parseRate(value, context, 'PATH:NUMBER', (rate) => parseInteger(rate, { least: 0 }));
}

function parseRate(
  value: string,
  context: ParseContext,
  form: string,
  parse: (rate: string) => number,
): ThrottleDevice {
  const colon = value.lastIndexOf(':');
  if (colon < 1) throw new Problem(`it does not have the form ${form}`);
  const path = value.slice(0, colon);
  if (!path.startsWith('/')) throw new Problem(`${quote(path)} is not an absolute path`);
  const rate = parse(value.slice(colon + 1));
  return { ...readDeviceNumber(path, context), rate };
}

function readDeviceNumber(path: string, context: ParseContext): { major: number; minor: number } {
  let status: ReturnType<ParseContext['stat']>;
  try {
    status = context.stat(path);
  } catch (error) {
    throw new Problem(describeReason(error));
  }
  if (!status.isBlockDevice()) throw new Problem(`${quote(path)} is not a block device`);
  return splitDeviceNumber(status.rdev);
}
