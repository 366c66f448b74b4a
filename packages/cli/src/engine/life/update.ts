import { openCgroup } from '@mini/cgroup-manager';
import { isRuntimeError, type Resources, RuntimeError } from '@mini/contracts';
import { writeRestartPolicy } from '../container-files.js';
import { type ContainerRecord, toStorable } from '../container-record.js';
import { checkResources } from '../container-resources.js';
import { findContainer, openSweptStore } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';
import { recordEvent } from '../events/event-log.js';
import type { RestartPolicy } from '../run-options.js';

/** What of a container can be changed; what is absent stays as it is. */
export interface ContainerChange {
  readonly resources?: Resources;
  readonly restart?: RestartPolicy;
}

/**
 * Changes a container, at once when it runs, and for its next start. Returns sentences about what this machine could not
 * do. Throws `RuntimeError`: `cgroup-resources` and others of the cgroup, `no-cgroup`, `bad-restart`.
 */
export function updateContainer(
  reference: string,
  { resources = {}, restart }: ContainerChange,
  engine: Engine = openEngine(),
): string[] {
  const container = findContainer(reference, engine);
  const { id, name, state, directory, record } = container;
  if (restart !== undefined) checkRestart(name, record, restart);
  checkResources(engine.layout, resources);
  const notes = state.status === 'running' ? updateGroup(engine, { id, name }, resources) : [];
  openSweptStore(engine).update(id, (before) => toStorable(changeRecord(before, resources, restart)));
  if (restart !== undefined) writeRestartPolicy(directory, restart);
  recordEvent(engine, container, 'update');
  return notes;
}

function changeRecord(
  record: ContainerRecord,
  change: Resources,
  restart: RestartPolicy = record.restart,
): ContainerRecord {
  const { spec } = record;
  const resources = mergeResources(spec.linux.resources ?? {}, change);
  return { ...record, restart, spec: { ...spec, linux: { ...spec.linux, resources } } };
}

function checkRestart(name: string, { rm }: ContainerRecord, { policy }: RestartPolicy): void {
  if (!rm || policy === 'no') return;
  throw new RuntimeError({
    code: 'bad-restart',
    message: `failed to update container "${name}": it is removed when it ends (--rm), so nothing can start it again`,
  });
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
  if (Object.keys(change).length === 0) return [];
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
