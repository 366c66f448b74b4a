import type { ContainerStats } from '../../engine/life/stats-sample.js';
import type { ListShape, Row } from './format-list.js';
import { describeBinarySize, describeSize } from './human.js';

/** What `stats` shows. */
export const STATS_LIST: ListShape = {
  headings: {
    BlockIO: 'BLOCK I/O',
    CPUPerc: 'CPU %',
    Container: 'CONTAINER',
    ID: 'CONTAINER ID',
    MemPerc: 'MEM %',
    MemUsage: 'MEM USAGE / LIMIT',
    Name: 'NAME',
    NetIO: 'NET I/O',
    PIDs: 'PIDS',
  },
  table:
    'table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}',
};

export function describeStats(used: ContainerStats, isWhole: boolean): Row {
  const { id, name, network } = used;
  const shown = isWhole ? id : id.slice(0, 12);
  return {
    BlockIO: `${describeSize(used.readBytes)} / ${describeSize(used.writtenBytes)}`,
    CPUPerc: `${used.cpuPercent.toFixed(2)}%`,
    Container: shown,
    ID: shown,
    MemPerc: `${used.memoryPercent.toFixed(2)}%`,
    MemUsage: `${describeBinarySize(used.memoryBytes)} / ${describeBinarySize(used.memoryLimitBytes)}`,
    Name: name,
    NetIO: `${describeSize(network.receivedBytes)} / ${describeSize(network.sentBytes)}`,
    PIDs: String(used.pids),
  };
}
