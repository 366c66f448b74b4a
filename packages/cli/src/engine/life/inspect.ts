import { readFileSync } from 'node:fs';
import { decodeHealthLooks, type HealthLook } from '@mini/contracts';
import { summarizeRecord } from '../container-record.js';
import { findContainer } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';
import { readContainerStatus } from './container-status.js';
import { type ListedContainer, networkOf } from './filter-containers.js';
import { describeConfig, type InspectedConfig } from './inspect-config.js';
import { describeHostConfig, type InspectedHostConfig } from './inspect-host-config.js';
import { describeMounts, type InspectedMount } from './inspect-mounts.js';
import { describeState, type InspectedState } from './inspect-state.js';
import { measureLayerBytes } from './sizes.js';

/** All that is known of a container, in the form of docker's `inspect`. */
export interface ContainerInspection {
  readonly Id: string;
  /** RFC 3339. */
  readonly Created: string;
  readonly Path: string;
  readonly Args: readonly string[];
  readonly State: InspectedState;
  readonly Image: string;
  readonly ResolvConfPath: string;
  readonly HostnamePath: string;
  readonly HostsPath: string;
  readonly LogPath: string;
  /** With a slash before it, as docker has it. */
  readonly Name: string;
  readonly RestartCount: number;
  readonly Driver: string;
  readonly Platform: string;
  readonly HostConfig: InspectedHostConfig;
  /** Bytes that the container has written; only when asked for. */
  readonly SizeRw?: number;
  readonly Mounts: readonly InspectedMount[];
  readonly Config: InspectedConfig;
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, object>>; readonly Ports: object };
  /** The OCI Spec that mini runs. */
  readonly Spec: object;
}

/** Looks a container up and tells all of it. Throws `RuntimeError`: `state-missing`, `state-ambiguous`. */
export function inspectContainer(
  reference: string,
  { size = false }: { readonly size?: boolean } = {},
  engine: Engine = openEngine(),
): ContainerInspection {
  const container = findContainer(reference, engine);
  const summary = summarizeRecord(container.record);
  const listed = { container, summary, status: readContainerStatus(engine, container) };
  const inspection = describeInspection(listed, readHealthLooks(container.directory));
  return size ? { ...inspection, SizeRw: measureLayerBytes(container) } : inspection;
}

/** Out of what is stored and how the container fares. */
export function describeInspection(
  listed: ListedContainer,
  looks: readonly HealthLook[] = [],
): ContainerInspection {
  const { container } = listed;
  const { id, name, directory, record } = container;
  const { spec } = record;
  const [path = '', ...args] = spec.process.args;
  const sourceOf = (target: string) =>
    spec.mounts?.find(({ destination }) => destination === target)?.source ?? '';
  return {
    Id: id,
    Created: new Date(record.createdMs).toISOString(),
    Path: path,
    Args: args,
    State: describeState(listed, looks),
    Image: record.root.kind === 'layers' ? record.root.id : record.image,
    ResolvConfPath: sourceOf('/etc/resolv.conf'),
    HostnamePath: sourceOf('/etc/hostname'),
    HostsPath: sourceOf('/etc/hosts'),
    LogPath: record.log === null ? '' : `${directory}/log`,
    Name: `/${name}`,
    RestartCount: container.state.status === 'created' ? 0 : container.state.restartCount,
    Driver: record.root.kind === 'directory' && !record.root.overlay ? 'none' : 'overlay',
    Platform: 'linux',
    HostConfig: describeHostConfig(container),
    Mounts: describeMounts(container),
    Config: describeConfig(container),
    NetworkSettings: { Networks: { [networkOf(container)]: {} }, Ports: {} },
    Spec: spec,
  };
}

/** What the monitor wrote down; nothing for a container whose health nobody looked at. */
function readHealthLooks(directory: string): HealthLook[] {
  try {
    return decodeHealthLooks(readFileSync(`${directory}/health`));
  } catch {
    return [];
  }
}
