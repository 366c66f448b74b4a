import type { MonitorStep } from '@mini/contracts';
import type { ContainerRecord, UsedVolume } from '../container-record.js';
import type { Engine } from '../engine.js';
import { type EngineEvent, formatEventMembers } from '../events/event-line.js';
import { describeVolumeEvent } from './volume-events.js';
import { compileDiscard } from './volume-store.js';

/**
 * What a container's monitor does for its volumes: tells that they are mounted at each start and not any more at each end,
 * and removes those without a name with a container that is not to stay. A pure function.
 */
export function compileVolumeKeep(
  engine: Pick<Engine, 'paths'>,
  id: string,
  { volumes = [], rm, spec }: Pick<ContainerRecord, 'volumes' | 'rm' | 'spec'>,
): MonitorStep[] {
  const gone = rm ? volumes.filter(({ isAnonymous }) => isAnonymous) : [];
  return [
    ...volumes.flatMap((volume) => compileMountEvents(id, volume, isReadOnly(spec, volume))),
    ...gone.map(({ name }) => along('destroy', describeVolumeEvent(name, 'destroy'))),
    ...gone.flatMap(({ name }) => compileDiscard(engine, name)),
  ];
}

function compileMountEvents(id: string, { name, target }: UsedVolume, readOnly: boolean): MonitorStep[] {
  const mounted = { container: id, destination: target, propagation: '', 'read/write': String(!readOnly) };
  return [
    along('start', describeVolumeEvent(name, 'mount', mounted)),
    along('die', describeVolumeEvent(name, 'unmount', { container: id })),
  ];
}

function along(action: string, event: Omit<EngineEvent, 'timeNano'>): MonitorStep {
  return { op: 'event_along', action, members: formatEventMembers(event) };
}

function isReadOnly({ mounts = [] }: ContainerRecord['spec'], { target }: UsedVolume): boolean {
  return mounts.find(({ destination }) => destination === target)?.options?.includes('ro') ?? false;
}
