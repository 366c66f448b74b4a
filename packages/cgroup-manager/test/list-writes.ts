import type { Resources } from '@mini/contracts';
import { type CgroupLayout, type CurrentLimits, compileResources } from '../src/index.js';

/** The writes that set `resources`, a line each. */
export function listWrites(
  layout: CgroupLayout,
  resources: Resources,
  current: CurrentLimits = {},
): string[] {
  return compileResources(layout, resources, current).map(
    ({ controller, file, value }) => `${controller}: ${file} = ${value}`,
  );
}
