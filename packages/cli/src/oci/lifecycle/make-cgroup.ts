import { type Cgroup, type CgroupLayout, compileResources, createCgroup } from '@mini/cgroup-manager';
import type { Kernel, Spec } from '@mini/contracts';
import type { Cleanup } from '../../engine/cleanup.js';
import type { OciContext } from '../context.js';
import type { ChosenCgroup } from './choose-cgroup.js';
import { withDefaultDeviceRules } from './default-device-rules.js';

/** A group in which the container's process can be born. */
export interface MadeCgroup {
  readonly cgroup: Cgroup;
  /** For when it is born. */
  endPlaceholder(): void;
}

/** Makes the group of a container, or has systemd make it, with its limits. `undo` takes it back. Throws `RuntimeError`. */
export async function makeCgroup(
  kernel: Kernel,
  { log }: OciContext,
  id: string,
  spec: Spec,
  layout: CgroupLayout,
  chosen: ChosenCgroup,
  undo: Cleanup,
): Promise<MadeCgroup> {
  const resources = withDefaultDeviceRules(spec.linux.resources ?? {});
  const endPlaceholder =
    chosen.scope === undefined
      ? () => undefined
      : await startScope(kernel, id, spec, layout, chosen.scope, undo);
  const adopts = chosen.scope !== undefined;
  const cgroup = createCgroup(layout, chosen.path, resources, { kernel, adopts });
  undo.add(() => cgroup.remove());
  undo.add(() => cgroup.kill());
  for (const note of cgroup.notes) log.warn(note);
  return { cgroup, endPlaceholder };
}

/** Loaded for those who want it. */
async function startScope(
  kernel: Kernel,
  id: string,
  { annotations, linux }: Spec,
  layout: CgroupLayout,
  { slice, unit }: NonNullable<ChosenCgroup['scope']>,
  undo: Cleanup,
): Promise<() => void> {
  const { readAnnotatedProperties } = await import('../systemd/annotated-properties.js');
  const systemd = await import('../systemd/container-scope.js');
  const properties = readAnnotatedProperties(annotations);
  const writes = compileResources(layout, linux.resources ?? {});
  const placeholder = systemd.startScope(kernel, { id, unit, slice, writes, properties });
  undo.add(() => systemd.stopScope(kernel, unit));
  undo.add(() => placeholder.end());
  return () => placeholder.end();
}
