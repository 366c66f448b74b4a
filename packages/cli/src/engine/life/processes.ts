import { readdirSync, readFileSync } from 'node:fs';
import { openCgroup } from '@mini/cgroup-manager';
import type { Container } from '../containers.js';
import type { Engine } from '../engine.js';
import { type ProcessStat, parseNsPid, parseStat } from './parse-stat.js';

/** A process of a container, as the host has it. */
export interface ContainerProcess extends ProcessStat {
  /** On this machine. */
  readonly pid: number;
  /** In the container. */
  readonly containerPid: number;
  readonly uid: number;
  /** Empty for one that has ended and was not waited for. */
  readonly args: readonly string[];
  /** Its other threads. */
  readonly threads: readonly ProcessThread[];
}

export interface ProcessThread {
  readonly tid: number;
  readonly containerTid: number;
  readonly name: string;
}

/** The processes of a container by their pids. What ends while it is looked at is left out. */
export function listProcesses(engine: Engine, container: Container): ContainerProcess[] {
  return listPids(engine, container)
    .sort((one, other) => one - other)
    .flatMap((pid) => readProcess(pid) ?? []);
}

/** Without a group of its own, a container is its first process and all that comes from it. */
function listPids({ layout }: Engine, { id, state }: Container): number[] {
  if (state.status !== 'running') return [];
  const cgroup = openCgroup(layout, `/mini/${id}`);
  if (cgroup !== undefined) return cgroup.pids();
  const pids = [state.pid];
  for (const pid of pids) pids.push(...listChildren(pid));
  return pids;
}

function listChildren(pid: number): number[] {
  return listNumbers(`/proc/${pid}/task`).flatMap((tid) =>
    (readText(`/proc/${pid}/task/${tid}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );
}

function readProcess(pid: number): ContainerProcess | undefined {
  const [stat, status] = [readText(`/proc/${pid}/stat`), readText(`/proc/${pid}/status`)];
  if (stat === undefined || status === undefined) return undefined;
  const words = readText(`/proc/${pid}/cmdline`) ?? '';
  return {
    pid,
    containerPid: parseNsPid(status) ?? pid,
    uid: Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? 0),
    ...parseStat(stat),
    args: words === '' ? [] : words.replace(/\0$/, '').split('\0'),
    threads: readThreads(pid),
  };
}

function readThreads(pid: number): ProcessThread[] {
  return listNumbers(`/proc/${pid}/task`)
    .filter((tid) => tid !== pid)
    .flatMap((tid) => {
      const status = readText(`/proc/${pid}/task/${tid}/status`);
      if (status === undefined) return [];
      const name = /^Name:\s+(.*)$/m.exec(status)?.[1] ?? '';
      return [{ tid, containerTid: parseNsPid(status) ?? tid, name }];
    });
}

function listNumbers(directory: string): number[] {
  try {
    return readdirSync(directory).map(Number);
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
