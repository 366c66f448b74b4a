import type { Resources } from '@mini/contracts';
import type { CgroupWrite } from './cgroup-write.js';
import type { Controller, CurrentLimits, Setting } from './controllers/controller.js';
import { CONTROLLERS } from './controllers/controller-table.js';
import { compileUnified, controllerOfFile, validateUnified } from './controllers/unified.js';
import { limitError } from './errors.js';
import { type CgroupLayout, findHierarchy, findUnified, type Hierarchy } from './layout.js';

/** Where a controller lives on this machine, and by which name. */
interface Seat {
  readonly name: string;
  readonly version: 1 | 2;
}

/** A hybrid layout may have a controller in either kind of tree, never in both. */
function findSeat({ mode, hierarchies }: CgroupLayout, { v1, v2 }: Controller): Seat | undefined {
  let unified: Hierarchy | undefined;
  for (const each of hierarchies) {
    if (each.version === 2) unified ??= each;
    else if (each.controllers.includes(v1)) return { name: v1, version: 1 };
  }
  if (unified === undefined) return undefined;
  // Without files there is nothing that could be missing; on a hybrid machine a tree of v1 is.
  if (v2 === undefined) return mode === 'v2' ? { name: v1, version: 2 } : undefined;
  return unified.controllers.includes(v2) ? { name: v2, version: 2 } : undefined;
}

/** The sentence for a controller that is not here. */
export function describeMissing(layout: CgroupLayout, controller: Controller): string {
  const name = layout.mode === 'v2' ? (controller.v2 ?? controller.v1) : controller.v1;
  return `the controller "${name}" is not available on this machine`;
}

function compileController(
  layout: CgroupLayout,
  controller: Controller,
  resources: Resources,
  current: CurrentLimits,
): CgroupWrite[] {
  const seat = findSeat(layout, controller);
  const settings = controller.compile(resources, seat?.version ?? (layout.mode === 'v2' ? 2 : 1), current);
  if (seat === undefined) {
    const first = settings[0];
    if (first === undefined) return [];
    throw limitError('cgroup-unavailable', first.field, describeMissing(layout, controller));
  }
  return settings.map((setting) => ({ controller: seat.name, version: seat.version, ...setting }));
}

function compileUnifiedWrite(layout: CgroupLayout, setting: Setting): CgroupWrite {
  const controller = controllerOfFile(setting.file);
  const tree = findUnified(layout);
  if (tree === undefined)
    throw limitError('cgroup-unavailable', setting.field, 'this machine has no cgroup v2');
  if (controller !== undefined && !tree.controllers.includes(controller)) {
    throw limitError(
      'cgroup-unavailable',
      setting.field,
      `the controller "${controller}" is not available in cgroup v2 on this machine`,
    );
  }
  return { controller: controller ?? 'cgroup', version: 2, ...setting };
}

/**
 * The file writes that set `resources`, in the order in which the kernel accepts them. For a group that has limits
 * already give them as `current`. Pure. Throws `RuntimeError` with code `cgroup-unavailable` when a limit needs a
 * controller that `layout` lacks, `cgroup-resources` for swap without a memory limit or a weight
 * of block IO out of range on v2, and for a file of v2 that is no limit; `validateResources` finds
 * these beforehand, and all at once.
 */
export function compileResources(
  layout: CgroupLayout,
  resources: Resources,
  current: CurrentLimits = {},
): CgroupWrite[] {
  const [problem] = validateUnified(resources);
  if (problem !== undefined) throw limitError('cgroup-resources', problem.field, problem.reason);
  return [
    ...CONTROLLERS.flatMap((controller) => compileController(layout, controller, resources, current)),
    // Last, because the words of v2 itself win over what was converted.
    ...compileUnified(resources).map((setting) => compileUnifiedWrite(layout, setting)),
  ];
}

/** What is asked for but has no meaning on this machine: one sentence each, for a warning. */
export function listIgnoredResources(layout: CgroupLayout, resources: Resources): string[] {
  return CONTROLLERS.flatMap((controller) => {
    if (controller.listIgnored === undefined) return [];
    const seat = findSeat(layout, controller);
    return seat === undefined ? [] : controller.listIgnored(resources, seat.version);
  });
}

/** Whether the machine has what the controller's limits need. */
export function isAvailable(layout: CgroupLayout, controller: Controller): boolean {
  return findSeat(layout, controller) !== undefined;
}

/** The directory's tree for a write. */
export function hierarchyOf(layout: CgroupLayout, write: CgroupWrite) {
  return write.version === 2 ? findUnified(layout) : findHierarchy(layout, write.controller);
}
