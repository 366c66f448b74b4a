import { summarizeRecord } from '../../../src/engine/container-record.js';
import type { Container } from '../../../src/engine/containers.js';
import type { ListedContainer } from '../../../src/engine/life/filter-containers.js';

/** A run without health checks. */
export const sampleRun = { restartCount: 0, health: 'none', failingStreak: 0 } as const;

/** A container that exists only here; `more` replaces parts of it. */
export function sampleContainer(more: Partial<Container> = {}): Container {
  const id = more.id ?? 'ab'.repeat(32);
  return {
    id,
    name: 'web',
    directory: `/var/lib/mini/containers/${id}`,
    state: { status: 'running', ...sampleRun, pid: 42, startedMs: 5_000, monitorPid: 41 },
    record: {
      createdMs: 4_000,
      image: 'host',
      rm: false,
      stopSignal: 15,
      stopTimeoutMs: 10_000,
      restart: { policy: 'no', most: 0 },
      labels: { app: 'web', empty: '' },
      root: { kind: 'host' },
      interactive: false,
      init: false,
      log: { maxBytes: 10_000_000, maxFiles: 3 },
      spec: {
        ociVersion: '1.2.0',
        root: { path: '/', readonly: false },
        hostname: 'box',
        process: {
          terminal: false,
          user: { uid: 5, gid: 6 },
          args: ['sleep', '100'],
          env: ['A=1'],
          cwd: '/project',
          noNewPrivileges: true,
        },
        mounts: [
          { destination: '/dev/shm', type: 'tmpfs', source: 'shm' },
          {
            destination: '/etc/hosts',
            type: 'bind',
            source: `/var/lib/mini/containers/${id}/hosts`,
            options: ['bind'],
          },
          { destination: '/data', type: 'bind', source: '/srv/data', options: ['rbind', 'rprivate', 'ro'] },
          { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['size=1m'] },
        ],
        linux: {
          namespaces: [{ type: 'pid' }, { type: 'network' }, { type: 'mount' }],
          resources: {
            memory: { limit: 1024, swap: 2048 },
            cpu: { quota: 50_000, period: 100_000 },
            pids: { limit: 7 },
          },
        },
      },
    },
    ...more,
  };
}

/** The same as a list has it; its status is that of its state unless told. */
export function sampleListed(
  more: Partial<Container> = {},
  status?: ListedContainer['status'],
): ListedContainer {
  const container = sampleContainer(more);
  const summary = summarizeRecord(container.record);
  return { container, summary, status: status ?? container.state.status };
}
