import type { Controller, Setting } from './controller.js';

const FIELD = 'linux.resources.rdma';

/** Handles and objects of RDMA devices. Source: cgroup-v1/rdma.rst of Linux; v2 has the same file. */
export const rdmaController: Controller = {
  v1: 'rdma',
  v2: 'rdma',
  field: FIELD,
  compile: ({ rdma = {} }) =>
    Object.entries(rdma).map(([device, { hcaHandles, hcaObjects }]): Setting => {
      const limits = [
        ...(hcaHandles === undefined ? [] : [`hca_handle=${hcaHandles}`]),
        ...(hcaObjects === undefined ? [] : [`hca_object=${hcaObjects}`]),
      ];
      return {
        file: 'rdma.max',
        value: [device, ...limits].join(' '),
        field: `${FIELD}[${JSON.stringify(device)}]`,
      };
    }),
  validate: () => [],
};
