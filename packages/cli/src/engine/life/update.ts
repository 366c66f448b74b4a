import { openCgroup } from '@mini/cgroup-manager';
import { isRuntimeError, type Resources, RuntimeError } from '@mini/contracts';
import { toStorable } from '../container-record.js';
import { checkResources } from '../container-resources.js';
import { findContainer, openSweptStore } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';
import { recordEvent } from '../events/event-log.js';

/**
 * Changes limits of a container, at once when it runs, and for its next start; what is absent stays as it is. Returns
 * sentences about what this machine could not do. Throws `RuntimeError`: `cgroup-resources` and others of the cgroup,
 * `no-cgroup`.
 */
export function updateContainer(
  reference: string,
  change: Resources,
  engine: Engine = openEngine(),
): string[] {
  const container = findContainer(reference, engine);
  const { id, name, state } = container;
  checkResources(engine.layout, change);
  const notes = state.status === 'running' ? updateGroup(engine, { id, name }, change) : [];
  openSweptStore(engine).update(id, (record) => {
    const { spec } = record;
    const resources = mergeResources(spec.linux.resources ?? {}, change);
    return toStorable({ ...record, spec: { ...spec, linux: { ...spec.linux, resources } } });
  });
  recordEvent(engine, container, 'update');
  return notes;
}

/** The limits that are set after a change. */
export function mergeResources(before: Resources, change: Resources): Resources {
  return {
    ...before,
    ...change,
    ...(change.memory === undefined ? {} : { memory: { ...before.memory, ...change.memory } }),
    ...(change.cpu === undefined ? {} : { cpu: { ...before.cpu, ...change.cpu } }),
  };
}

function updateGroup(
  { layout }: Engine,
  { id, name }: { readonly id: string; readonly name: string },
  change: Resources,
): string[] {
  const cgroup = openCgroup(layout, `/mini/${id}`);
  const what = `failed to update container "${name}"`;
  if (cgroup === undefined) {
    throw new RuntimeError({ code: 'no-cgroup', message: `${what}: it has no cgroup of its own` });
  }
  try {
    return cgroup.update(change);
  } catch (error) {
    if (!isRuntimeError(error)) throw error;
    const { code, context, message } = error;
    throw new RuntimeError({ code, message: `${what}: ${message}`, cause: error, context });
  }
}
