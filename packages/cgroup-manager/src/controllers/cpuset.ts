import type { Resources } from '@mini/contracts';
import { parseNumberList } from '../machine.js';
import type { Controller, ResourceProblem, Setting } from './controller.js';

const FIELD = 'linux.resources.cpu';

function compile({ cpu }: Resources): Setting[] {
  const settings: Setting[] = [];
  if (cpu?.cpus) settings.push({ file: 'cpuset.cpus', value: cpu.cpus, field: `${FIELD}.cpus` });
  if (cpu?.mems) settings.push({ file: 'cpuset.mems', value: cpu.mems, field: `${FIELD}.mems` });
  return settings;
}

function check(
  field: string,
  list: string | undefined,
  online: readonly number[],
  noun: string,
): ResourceProblem[] {
  if (!list) return [];
  const numbers = parseNumberList(list);
  if (numbers === undefined)
    return [{ field, reason: `${JSON.stringify(list)} is not a list such as 0-2,5` }];
  const missing = numbers.filter((number) => !online.includes(number));
  if (missing.length === 0) return [];
  const reason = `"${list}" names ${noun} ${missing.join(', ')}; this machine has ${online.join(', ')}`;
  return [{ field, reason }];
}

/** Processors and memory nodes. Source: cpuset(7). */
export const cpusetController: Controller = {
  v1: 'cpuset',
  v2: 'cpuset',
  field: FIELD,
  compile,
  validate: ({ cpu }, machine) => [
    ...check(`${FIELD}.cpus`, cpu?.cpus, machine.onlineCpus, 'CPU'),
    ...check(`${FIELD}.mems`, cpu?.mems, machine.onlineMemoryNodes, 'memory node'),
  ],
};
