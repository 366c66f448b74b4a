import { rmSync } from 'node:fs';
import { readBootId, readProcessStartTime } from '@mini/state-store';
import type { Cleanup } from '../../engine/cleanup.js';
import type { ContainerDirectory } from '../state/container-directory.js';
import { type ContainerRecord, writeContainerRecord } from '../state/container-record.js';
import { writePidFile } from './pid-file.js';

/** What is known of a container that has no process yet. */
export interface UnannouncedContainer {
  readonly record: ContainerRecord;
  readonly directory: ContainerDirectory;
}

/** The last thing before the container is there: everybody can find its process now. */
export function announceProcess(
  { record, directory }: UnannouncedContainer,
  pid: number,
  pidFile: string | undefined,
  undo: Cleanup,
): ContainerRecord {
  const startTime = readProcessStartTime(pid) ?? 0;
  const announced = { ...record, process: { pid, startTime, bootId: readBootId() } };
  writeContainerRecord(directory.path, announced);
  if (pidFile !== undefined) {
    undo.add(() => rmSync(pidFile, { force: true }));
    writePidFile(pidFile, pid);
  }
  return announced;
}
