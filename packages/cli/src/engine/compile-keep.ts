import { closeSync, constants, openSync } from 'node:fs';
import type { Cgroup } from '@mini/cgroup-manager';
import type { MonitorStep } from '@mini/contracts';
import type { OpenedRoot } from '@mini/rootfs-manager';
import {
  type AgainRequest,
  compileExecPlan,
  compileIdMaps,
  type HealthRequest,
  type KeepRequest,
  ownNamespaceFlags,
} from '@mini/runtime-core';
import type { ContainerRecord } from './container-record.js';
import { compileFilter } from './container-seccomp.js';
import type { Engine } from './engine.js';
import { openEvents, subjectText } from './events/event-log.js';
import { describeExecProcess } from './exec-process.js';
import { openFrozenFile, openOomFile } from './group-files.js';
import { hasOneGroup } from './id-maps.js';
import { compileContainerPlan } from './prepare-launch.js';
import type { MonitorNamespace } from './user-namespace/monitor-namespace.js';

/** What the keeping of a container depends on. */
export interface KeepContext {
  readonly engine: Engine;
  readonly id: string;
  readonly name: string;
  readonly record: ContainerRecord;
  readonly directory: string;
  /** What removes it, of a container that is not to stay. */
  readonly removalSteps: readonly MonitorStep[];
  readonly root: OpenedRoot;
  /** That of the monitor, where it is not the client's. */
  readonly namespace: Pick<MonitorNamespace, 'mapSteps' | 'isShared'> | undefined;
  /** What is told of its volumes, and of one that is not to stay what removes them. */
  readonly volumeSteps?: readonly MonitorStep[];
  readonly cgroup: Cgroup | undefined;
  readonly bornInCgroup: boolean;
  /** Its policy may be changed while it runs: keep what a later start needs. */
  readonly mayRestart: boolean;
}

/** A request with descriptors that are open until `close`. */
export interface OpenedKeep extends KeepRequest {
  close(): void;
}

/** All that a container's monitor is to do after this process is gone. */
export function openKeep(context: KeepContext): OpenedKeep {
  const { engine, record, directory, cgroup } = context;
  const directoryFd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  const oomFd = cgroup === undefined ? -1 : openOomFile(cgroup);
  const frozenFd = cgroup === undefined || record.health === undefined ? -1 : openFrozenFile(cgroup);
  const eventFd = openEvents(engine);
  const again = compileAgain(context);
  const health = compileHealth(context);
  return {
    directoryFd,
    oomFd,
    frozenFd,
    eventFd,
    log: record.log ?? undefined,
    stopSignal: record.stopSignal,
    ownPlan: { steps: compileOwnSteps(context) },
    ...(again === undefined ? {} : { again }),
    ...(health === undefined ? {} : { health }),
    close() {
      for (const fd of [directoryFd, oomFd, frozenFd, eventFd]) if (fd >= 0) closeSync(fd);
    },
  };
}

/** The monitor's own steps, in the order of their moments. A pure function. */
export function compileOwnSteps(context: KeepContext): MonitorStep[] {
  const { id, name, record, cgroup, removalSteps, volumeSteps = [] } = context;
  const { uidMappings = [], gidMappings = [] } = record.spec.linux;
  const { extraDirectory } = record;
  return [
    { op: 'event_subject', members: subjectText({ id, name, record }) },
    ...(context.namespace?.mapSteps ?? compileIdMaps(uidMappings, gidMappings, true)),
    ...(cgroup?.directories ?? []).map(
      ({ directory }) => ({ op: 'remove_groups', path: directory }) as const,
    ),
    ...removalSteps,
    ...(record.rm && extraDirectory !== undefined
      ? [{ op: 'remove_tree', path: extraDirectory } as const]
      : []),
    ...volumeSteps,
  ];
}

function compileAgain({
  engine,
  record,
  root,
  namespace,
  cgroup,
  bornInCgroup,
  mayRestart,
}: KeepContext): AgainRequest | undefined {
  if (root.againSteps === undefined || !mayRestart) return undefined;
  const born = {
    bornInCgroup,
    bornInUsers: namespace?.isShared ?? false,
    awaitsNote: cgroup === undefined,
  };
  const plan = compileContainerPlan(engine, record, { steps: root.againSteps }, born);
  return { plan, ...record.restart };
}

/** The command sees what `mini exec` shows: the container's environment, user and limits. */
function compileHealth({ engine, record }: KeepContext): HealthRequest | undefined {
  if (record.health === undefined) return undefined;
  const { command, ...times } = record.health;
  const process = describeExecProcess(record.spec.process, { command });
  const plan = compileExecPlan(process, {
    namespaces: ownNamespaceFlags(record.spec),
    ownsStdio: true,
    setgroupsDenied: hasOneGroup(engine, record.spec.linux.gidMappings),
    ...compileFilter(engine, record.spec.linux.seccomp),
  });
  return { ...times, plan };
}
