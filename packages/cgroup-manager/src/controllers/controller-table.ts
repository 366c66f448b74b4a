import type { Controller } from './controller.js';
import { cpuController } from './cpu.js';
import { cpusetController } from './cpuset.js';
import { devicesController } from './devices.js';
import { hugetlbController } from './hugetlb.js';
import { ioController } from './io.js';
import { memoryController } from './memory.js';
import { networkClassController, networkPriorityController } from './network.js';
import { pidsController } from './pids.js';
import { rdmaController } from './rdma.js';

/** All controllers with limits of their own, in the order in which these are set. */
export const CONTROLLERS: readonly Controller[] = [
  memoryController,
  cpuController,
  cpusetController,
  pidsController,
  ioController,
  hugetlbController,
  rdmaController,
  networkClassController,
  networkPriorityController,
  devicesController,
];
