import type { CgroupWrite } from '@mini/cgroup-manager';
import { type Kernel, reasonOf } from '@mini/contracts';
import { ociError } from '../oci-error.js';
import type { BusValue, BusVariant } from './bus-value.js';
import { ManagerConnection, ManagerError, type SocketKernel } from './manager-connection.js';
import { type Placeholder, startPlaceholder } from './placeholder.js';
import { compileUnitProperties, listProperties, type UnitProperties } from './unit-properties.js';

const NO_SUCH_UNIT = 'org.freedesktop.systemd1.NoSuchUnit';
const UNIT_EXISTS = 'org.freedesktop.systemd1.UnitExists';

export interface ScopeRequest {
  /** The container's id. */
  readonly id: string;
  /** `prefix-name.scope`. */
  readonly unit: string;
  readonly slice: string;
  /** Limits, as they are written to the group. */
  readonly writes: readonly CgroupWrite[];
  /** What the caller says of the unit itself; it wins. */
  readonly properties: UnitProperties;
}

/**
 * Has systemd make the group of a container: a scope, delegated, in which a placeholder is until it is ended. Throws
 * `RuntimeError` `systemd-failed`.
 */
export function startScope(kernel: Kernel, request: ScopeRequest): Placeholder {
  const placeholder = startPlaceholder(kernel);
  try {
    const properties = new Map([...describeScope(request, placeholder.pid), ...request.properties]);
    const values = [request.unit, 'fail', listProperties(properties), []];
    withManager(kernel, 'start', request.unit, (manager) => {
      // A scope of this name that failed is kept until somebody has looked at it.
      tolerate(NO_SUCH_UNIT, () => manager.call('ResetFailedUnit', 's', [request.unit]));
      const result = manager.runJob('StartTransientUnit', 'ssa(sv)a(sa(sv))', values);
      if (result !== 'done') throw new Error(`its job has ended with ${JSON.stringify(result)}`);
    });
    return placeholder;
  } catch (error) {
    placeholder.end();
    throw error;
  }
}

function describeScope({ id, slice, writes }: ScopeRequest, pid: number): UnitProperties {
  const text = (value: string): BusVariant => ({ signature: 's', value });
  const flag = (value: boolean): BusVariant => ({ signature: 'b', value });
  return new Map<string, BusVariant>([
    ['Description', text(`mini-oci container ${id}`)],
    ['Slice', text(slice)],
    ['Delegate', flag(true)],
    ['DefaultDependencies', flag(false)],
    ['CollectMode', text('inactive-or-failed')],
    ['PIDs', { signature: 'au', value: [pid] }],
    ...['CPUAccounting', 'IOAccounting', 'MemoryAccounting', 'TasksAccounting'].map(
      (name): [string, BusVariant] => [name, flag(true)],
    ),
    ...compileUnitProperties(writes),
  ]);
}

/** Tells systemd of new limits, so that it does not bring the old ones back. Throws `RuntimeError` `systemd-failed`. */
export function setScopeLimits(
  kernel: SocketKernel,
  unit: string,
  writes: readonly CgroupWrite[],
  periodUs: number | undefined,
): void {
  const properties = listProperties(compileUnitProperties(writes, periodUs));
  if (properties.length === 0) return;
  withManager(kernel, 'update', unit, (manager) => {
    manager.call('SetUnitProperties', 'sba(sv)', [unit, true, properties]);
  });
}

/** Has systemd forget a scope; one that is gone is no fault. Throws `RuntimeError` `systemd-failed`. */
export function stopScope(kernel: SocketKernel, unit: string): void {
  withManager(kernel, 'stop', unit, (manager) => {
    tolerate(NO_SUCH_UNIT, () => manager.runJob('StopUnit', 'ss', [unit, 'replace']));
  });
}

function tolerate(reason: string, act: () => BusValue): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ManagerError) || error.reason !== reason) throw error;
  }
}

function withManager(
  kernel: SocketKernel,
  verb: string,
  unit: string,
  act: (manager: ManagerConnection) => void,
): void {
  let manager: ManagerConnection | undefined;
  try {
    manager = new ManagerConnection(kernel);
    act(manager);
  } catch (error) {
    const exists = error instanceof ManagerError && error.reason === UNIT_EXISTS;
    throw ociError('systemd-failed', `failed to ${verb} systemd's unit "${unit}": ${reasonOf(error)}`, {
      cause: error,
      ...(exists ? { hint: `see what it is: systemctl status ${unit}` } : {}),
    });
  } finally {
    manager?.close();
  }
}
