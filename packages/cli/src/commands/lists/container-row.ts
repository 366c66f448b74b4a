import type { HealthState } from '@mini/contracts';
import { type ListedContainer, networkOf } from '../../engine/life/filter-containers.js';
import type { ListShape, Row } from './format-list.js';
import { describeDuration, describeSize, describeTime, shorten } from './human.js';

/** What `ps` shows of containers. */
export const CONTAINER_LIST: ListShape = {
  headings: {
    Command: 'COMMAND',
    CreatedAt: 'CREATED AT',
    ID: 'CONTAINER ID',
    Image: 'IMAGE',
    Label: (name) => String(name),
    Labels: 'LABELS',
    LocalVolumes: 'LOCAL VOLUMES',
    Mounts: 'MOUNTS',
    Names: 'NAMES',
    Networks: 'NETWORKS',
    Ports: 'PORTS',
    RunningFor: 'CREATED',
    Size: 'SIZE',
    State: 'STATE',
    Status: 'STATUS',
  },
  table: 'table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}',
};

/** How rows are made. */
export interface RowOptions {
  readonly nowMs: number;
  /** Whole ids, commands and mounts. */
  readonly isWhole: boolean;
  /** How much the container has written. */
  readonly measureBytes: (listed: ListedContainer) => number;
}

const SHORT_ID = 12;
const SHORT_COMMAND = 20;
const SHORT_MOUNT = 15;

/** The lines of containers. Each is made when it is asked for: nobody needs thousands of them at once. */
export function* describeContainers(listed: Iterable<ListedContainer>, options: RowOptions): Iterable<Row> {
  for (const each of listed) yield describeContainer(each, options);
}

/** The line of one container. */
export function describeContainer(listed: ListedContainer, options: RowOptions): Row {
  const { container, summary, status } = listed;
  const { id, name } = container;
  const { isWhole, nowMs, measureBytes } = options;
  return {
    Command: () => JSON.stringify(shortenUnless(isWhole, summary.command.join(' '), SHORT_COMMAND)),
    CreatedAt: () => describeTime(summary.createdMs),
    ID: isWhole ? id : id.slice(0, SHORT_ID),
    Image: summary.image,
    Labels: () => listLabels(summary.labels),
    LocalVolumes: () => String(new Set((container.record.volumes ?? []).map(({ name }) => name)).size),
    Mounts: () =>
      listMounts(listed)
        .map((source) => shortenUnless(isWhole, source, SHORT_MOUNT))
        .join(','),
    Names: name,
    Networks: () => networkOf(container),
    Ports: '',
    RunningFor: () => `${describeDuration(nowMs - summary.createdMs)} ago`,
    Size: () => describeSize(measureBytes(listed)),
    State: status,
    Status: () => describeStatus(listed, nowMs),
    Label: (key: unknown) => (Object.hasOwn(summary.labels, String(key)) ? summary.labels[String(key)]! : ''),
  };
}

function shortenUnless(isWhole: boolean, text: string, length: number): string {
  return isWhole ? text : shorten(text, length);
}

function listLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** What the user has mounted, volumes by their names; the engine's own files come from the container's directory. */
function listMounts({ container: { directory, record } }: ListedContainer): string[] {
  const volumes = new Map((record.volumes ?? []).map(({ target, name }) => [target, name]));
  return (record.spec.mounts ?? []).flatMap(({ destination, source = '', options = [] }) => {
    const volume = volumes.get(destination);
    if (volume !== undefined) return [volume];
    const isBind = options.some((option) => option === 'bind' || option === 'rbind');
    return isBind && !source.startsWith(`${directory}/`) ? [source] : [];
  });
}

/** `Up 3 seconds`, `Exited (0) 2 minutes ago`, `Created`. */
export function describeStatus({ container: { state }, status }: ListedContainer, nowMs: number): string {
  if (state.status === 'created') return 'Created';
  if (state.status === 'running') {
    const notes = [
      ...(status === 'paused' ? ['Paused'] : []),
      ...(status === 'paused' ? [] : describeHealth(state.health)),
      ...(state.monitorPid === undefined ? ['Unmonitored'] : []),
    ];
    const note = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
    return `Up ${describeDuration(nowMs - state.startedMs)}${note}`;
  }
  if (state.exit === undefined) return 'Exited (unknown)';
  const { exitCode, endedMs } = state.exit;
  const end = state.status === 'restarting' ? 'Restarting' : 'Exited';
  return `${end} (${exitCode}) ${describeDuration(nowMs - endedMs)} ago`;
}

function describeHealth(health: HealthState): string[] {
  if (health === 'none') return [];
  return [health === 'starting' ? 'health: starting' : health];
}
