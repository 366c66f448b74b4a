import type { Resources } from '@mini/contracts';
import type { Controller, Setting } from './controller.js';

const FIELD = 'linux.resources.network';

const ignored = (what: string) => `${FIELD}.${what} was discarded: cgroup v2 has no such setting`;

/** The class of a group's packets, for tc(8). Source: cgroup-v1/net_cls.rst of Linux. */
export const networkClassController: Controller = {
  v1: 'net_cls',
  v2: undefined,
  field: FIELD,
  compile: ({ network }, version): Setting[] =>
    version === 2 || network?.classID === undefined
      ? []
      : [{ file: 'net_cls.classid', value: `${network.classID}`, field: `${FIELD}.classID` }],
  listIgnored: ({ network }: Resources, version) =>
    version === 2 && network?.classID !== undefined ? [ignored('classID')] : [],
  validate: () => [],
};

/** The priority of a group's packets on each interface. Source: cgroup-v1/net_prio.rst of Linux. */
export const networkPriorityController: Controller = {
  v1: 'net_prio',
  v2: undefined,
  field: FIELD,
  compile: ({ network }, version): Setting[] =>
    version === 2
      ? []
      : (network?.priorities ?? []).map(({ name, priority }, index) => ({
          file: 'net_prio.ifpriomap',
          value: `${name} ${priority}`,
          field: `${FIELD}.priorities[${index}]`,
        })),
  listIgnored: ({ network }: Resources, version) =>
    version === 2 && (network?.priorities ?? []).length > 0 ? [ignored('priorities')] : [],
  validate: () => [],
};
