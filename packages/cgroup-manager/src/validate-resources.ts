import { type Resources, RuntimeError } from '@mini/contracts';
import { describeMissing, isAvailable } from './compile-resources.js';
import type { Controller, ResourceProblem, ValidationOptions } from './controllers/controller.js';
import { CONTROLLERS } from './controllers/controller-table.js';
import { compileUnified, controllerOfFile, validateUnified } from './controllers/unified.js';
import type { CgroupErrorCode } from './errors.js';
import { type CgroupLayout, findUnified } from './layout.js';
import type { Machine } from './machine.js';

/** Compiled for v1, whose files cover every field; what the values are does not matter here. */
function listMissing(layout: CgroupLayout, controller: Controller, resources: Resources): ResourceProblem[] {
  if (isAvailable(layout, controller)) return [];
  return controller
    .compile(resources, 1, {})
    .map(({ field }) => ({ field, reason: describeMissing(layout, controller) }));
}

function listMissingUnified(layout: CgroupLayout, resources: Resources): ResourceProblem[] {
  const tree = findUnified(layout);
  return compileUnified(resources).flatMap(({ file, field }) => {
    const controller = controllerOfFile(file);
    if (tree === undefined) return [{ field, reason: 'this machine has no cgroup v2' }];
    if (controller === undefined || tree.controllers.includes(controller)) return [];
    return [
      { field, reason: `the controller "${controller}" is not available in cgroup v2 on this machine` },
    ];
  });
}

/**
 * Every limit that cannot be, with its field; empty when all is well. Pure: `machine` comes from `readMachine`.
 */
export function validateResources(
  layout: CgroupLayout,
  resources: Resources,
  machine: Machine,
  options: ValidationOptions = {},
): ResourceProblem[] {
  const unified = validateUnified(resources);
  return [
    ...CONTROLLERS.flatMap((controller) => [
      ...controller.validate(resources, machine, options),
      ...listMissing(layout, controller, resources),
    ]),
    ...(unified.length > 0 ? unified : listMissingUnified(layout, resources)),
  ];
}

/**
 * Throws one `RuntimeError` with code `cgroup-resources` that names every problem, if there are any; the problems
 * themselves are in `context.problems`.
 */
export function assertResources(
  layout: CgroupLayout,
  resources: Resources,
  machine: Machine,
  options: ValidationOptions = {},
): void {
  const problems = validateResources(layout, resources, machine, options);
  if (problems.length === 0) return;
  const sentences = problems.map(({ field, reason }) => `${reason} (${field})`);
  throw new RuntimeError<CgroupErrorCode>({
    code: 'cgroup-resources',
    message: `failed to limit resources: ${sentences.join('; ')}`,
    context: { problems },
  });
}
