import type { Kernel, Spec } from '@mini/contracts';
import { BARRIER, writeIdMaps } from '@mini/runtime-core';
import type { Cleanup } from '../../engine/cleanup.js';
import { readCaller } from '../caller.js';
import type { ContainerRecord } from '../state/container-record.js';
import { describeForHooks } from '../state/describe-state.js';
import { announceProcess, type UnannouncedContainer } from './announce-process.js';
import type { loadDeviceMover } from './load-device-mover.js';
import type { OpenedPassed } from './open-passed.js';
import { runHooks } from './run-hooks.js';

/** What our part at the barriers needs of a container. */
export interface BarrierScene extends UnannouncedContainer {
  readonly spec: Spec;
  readonly opened: OpenedPassed;
  readonly moveDevices: Awaited<ReturnType<typeof loadDeviceMover>>;
  readonly pidFile: string | undefined;
}

/** Our part at a barrier of the Plan: id maps, what the machine's side does of devices and hooks, and the process announced. */
export type AnswerBarrier = (barrier: number, pid: number) => void | Promise<void>;

/** Makes it for one container; `undo` takes back what is announced. */
export function answerBarriers(kernel: Kernel, scene: BarrierScene, undo: Cleanup): AnswerBarrier {
  const { record, spec } = scene;
  const { uidMappings = [], gidMappings = [] } = spec.linux;
  return (barrier, pid) => {
    if (barrier === BARRIER.idMaps) return writeIdMaps(kernel, pid, uidMappings, gidMappings, readCaller());
    if (barrier === BARRIER.runtimeHooks) {
      scene.moveDevices?.(kernel, spec, pid);
      scene.opened.writeStates((status) => describeForHooks(record, status, pid));
      runRuntimeHooks(spec, record, pid);
    }
    if (barrier === BARRIER.created) announceProcess(scene, pid, scene.pidFile, undo);
  };
}

function runRuntimeHooks({ hooks = {} }: Spec, record: ContainerRecord, pid: number): void {
  const call = { state: describeForHooks(record, 'creating', pid), bundle: record.bundle };
  runHooks('prestart', hooks.prestart, call);
  runHooks('createRuntime', hooks.createRuntime, call);
}
