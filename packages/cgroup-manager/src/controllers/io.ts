import type { BlockDevice, BlockIoResources, Resources, ThrottleDevice } from '@mini/contracts';
import { limitError } from '../errors.js';
import type { Machine } from '../machine.js';
import { type Controller, checkRange, isSet, type ResourceProblem, type Setting } from './controller.js';

const FIELD = 'linux.resources.blockIO';
const [LEAST_WEIGHT, MOST_WEIGHT] = [10, 1_000];

/** The four throttles: member of the Spec, file of v1, key of v2's `io.max`. */
const THROTTLES = [
  ['throttleReadBpsDevice', 'blkio.throttle.read_bps_device', 'rbps'],
  ['throttleWriteBpsDevice', 'blkio.throttle.write_bps_device', 'wbps'],
  ['throttleReadIOPSDevice', 'blkio.throttle.read_iops_device', 'riops'],
  ['throttleWriteIOPSDevice', 'blkio.throttle.write_iops_device', 'wiops'],
] as const;

/**
 * v1's weight (10 to 1000) as v2's (1 to 10000), end to end. Only for `io.weight`: `io.bfq.weight` has the range of v1.
 */
export function convertBlockWeight(weight: number): number {
  return 1 + Math.floor(((weight - LEAST_WEIGHT) * 9_999) / (MOST_WEIGHT - LEAST_WEIGHT));
}

/** Weights belong to the BFQ scheduler today; kernels below 5.0 had CFQ under the plain name. */
function weight(version: 1 | 2, value: number, field: string, device = ''): Setting {
  const suffix = device === '' ? '' : '_device';
  if (version === 1) {
    const text = `${device}${value}`;
    return {
      file: `blkio.bfq.weight${suffix}`,
      value: text,
      field,
      orElse: { file: `blkio.weight${suffix}`, value: text },
    };
  }
  // Converted, it would not be recognized in what the kernel says.
  if (value < LEAST_WEIGHT || value > MOST_WEIGHT) {
    const reason = `${value} is not a whole number from ${LEAST_WEIGHT} to ${MOST_WEIGHT}`;
    throw limitError('cgroup-resources', field, reason);
  }
  return {
    file: 'io.bfq.weight',
    value: `${device}${value}`,
    field,
    orElse: {
      file: 'io.weight',
      value: `${device === '' ? 'default ' : device}${convertBlockWeight(value)}`,
    },
  };
}

function compileWeights(blockIO: BlockIoResources, version: 1 | 2): Setting[] {
  const settings: Setting[] = [];
  if (isSet(blockIO.weight)) settings.push(weight(version, blockIO.weight, `${FIELD}.weight`));
  for (const [index, device] of (blockIO.weightDevice ?? []).entries()) {
    if (!isSet(device.weight)) continue;
    const field = `${FIELD}.weightDevice[${index}].weight`;
    settings.push(weight(version, device.weight, field, `${device.major}:${device.minor} `));
  }
  return settings;
}

function compileThrottle(device: ThrottleDevice, version: 1 | 2, file: string, key: string): string[] {
  const number = `${device.major}:${device.minor}`;
  if (version === 1) return [file, `${number} ${device.rate}`];
  return ['io.max', `${number} ${key}=${device.rate === 0 ? 'max' : device.rate}`];
}

function compile({ blockIO }: Resources, version: 1 | 2): Setting[] {
  if (blockIO === undefined) return [];
  const settings = compileWeights(blockIO, version);
  for (const [member, v1File, key] of THROTTLES) {
    for (const [index, device] of (blockIO[member] ?? []).entries()) {
      const [file, value] = compileThrottle(device, version, v1File, key);
      settings.push({ file: file!, value: value!, field: `${FIELD}.${member}[${index}]` });
    }
  }
  return settings;
}

function checkDevice(field: string, { major, minor }: BlockDevice, machine: Machine): ResourceProblem[] {
  if (machine.hasBlockDevice(major, minor)) return [];
  return [{ field, reason: `this machine has no block device ${major}:${minor}` }];
}

function validate({ blockIO }: Resources, machine: Machine): ResourceProblem[] {
  if (blockIO === undefined) return [];
  const weights = (blockIO.weightDevice ?? []).flatMap((device, index) => {
    const field = `${FIELD}.weightDevice[${index}]`;
    return [
      ...checkRange(`${field}.weight`, device.weight, LEAST_WEIGHT, MOST_WEIGHT),
      ...checkDevice(field, device, machine),
    ];
  });
  const throttles = THROTTLES.flatMap(([member]) =>
    (blockIO[member] ?? []).flatMap((device, index) => {
      const field = `${FIELD}.${member}[${index}]`;
      return [
        ...checkRange(`${field}.rate`, device.rate, 0, Number.MAX_SAFE_INTEGER),
        ...checkDevice(field, device, machine),
      ];
    }),
  );
  return [
    ...checkRange(`${FIELD}.weight`, blockIO.weight, LEAST_WEIGHT, MOST_WEIGHT),
    ...weights,
    ...throttles,
  ];
}

/** Block devices: `blkio` on v1, `io` on v2. Sources: blkio-controller.rst, bfq-iosched.rst and cgroup-v2.rst of Linux. */
export const ioController: Controller = {
  v1: 'blkio',
  v2: 'io',
  field: FIELD,
  compile,
  // Leaf weights went with the CFQ scheduler in Linux 5.0.
  listIgnored: ({ blockIO }) =>
    isSet(blockIO?.leafWeight) || blockIO?.weightDevice?.some(({ leafWeight }) => isSet(leafWeight))
      ? [`${FIELD}.leafWeight was discarded: the kernel has no leaf weights since 5.0`]
      : [],
  validate,
};
