import type { DeviceRule } from '@mini/contracts';
import type { Controller, ResourceProblem, Setting } from './controller.js';

const FIELD = 'linux.resources.devices';

function numberOf(value: number | undefined): string {
  return value === undefined || value === -1 ? '*' : `${value}`;
}

/** `type major:minor access` of cgroup-v1/devices.rst; a lone `a` means everything, whatever else is said. */
function compileRule(rule: DeviceRule, index: number): Setting {
  const { allow, type = 'a', access = 'rwm' } = rule;
  return {
    file: allow ? 'devices.allow' : 'devices.deny',
    value: type === 'a' ? 'a' : `${type} ${numberOf(rule.major)}:${numberOf(rule.minor)} ${access}`,
    field: `${FIELD}[${index}]`,
  };
}

function checkRule(rule: DeviceRule, index: number): ResourceProblem[] {
  const problems: ResourceProblem[] = [];
  const field = `${FIELD}[${index}]`;
  if (rule.access !== undefined && !/^[rwm]{1,3}$/.test(rule.access)) {
    problems.push({
      field: `${field}.access`,
      reason: `${JSON.stringify(rule.access)} is not made of r, w and m`,
    });
  }
  for (const member of ['major', 'minor'] as const) {
    const value = rule[member];
    if (value !== undefined && (!Number.isInteger(value) || value < -1)) {
      problems.push({
        field: `${field}.${member}`,
        reason: `${value} is neither a device number nor -1 for all`,
      });
    }
  }
  return problems;
}

/** Which device nodes may be opened and made. v2 has a program instead of files: see device-program. */
export const devicesController: Controller = {
  v1: 'devices',
  v2: undefined,
  field: FIELD,
  compile: ({ devices = [] }, version) => (version === 1 ? devices.map(compileRule) : []),
  validate: ({ devices = [] }) => devices.flatMap(checkRule),
};
