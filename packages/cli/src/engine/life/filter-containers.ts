import { HEALTH_STATES, RuntimeError } from '@mini/contracts';
import { wasAskedToStop } from '../container-files.js';
import type { ContainerSummary } from '../container-record.js';
import type { Container } from '../containers.js';
import type { ContainerStatus } from './container-status.js';

/** A container and what filters look at beside it. */
export interface ListedContainer {
  /** Of a list without whole records each is read when it is asked for: that throws as `findContainer`. */
  readonly container: Container;
  readonly summary: ContainerSummary;
  readonly status: ContainerStatus;
}

/** `--filter KEY=VALUE`, in the order given. */
export type ContainerFilter = readonly [key: string, value: string];

const STATUSES = ['created', 'running', 'paused', 'exited', 'restarting', 'removing', 'dead'];

type Test = (listed: ListedContainer, value: string, all: readonly ListedContainer[]) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  id: ({ container }, value) => toPattern(value).test(container.id),
  name: ({ container }, value) =>
    toPattern(value).test(container.name) || toPattern(value).test(`/${container.name}`),
  label: ({ summary }, value) => hasLabel(summary.labels, value),
  status: ({ status }, value) => status === value,
  exited: ({ container: { state } }, value) =>
    state.status === 'exited' && String(state.exit?.exitCode ?? 'unknown') === value,
  ancestor: ({ summary }, value) => summary.image === value,
  before: ({ summary }, value, all) => summary.createdMs < findIn(all, value).createdMs,
  since: ({ summary }, value, all) => summary.createdMs > findIn(all, value).createdMs,
  volume: ({ container: { record } }, value) =>
    (record.spec.mounts ?? []).some(({ source, destination }) => source === value || destination === value) ||
    (record.volumes ?? []).some(({ name }) => name === value),
  network: ({ container }, value) => networkOf(container) === value,
  health: ({ container: { state } }, value) => (state.status === 'created' ? 'none' : state.health) === value,
  'restart-policy': ({ container: { record } }, value) => record.restart.policy === value,
  'should-start-on-boot': ({ container }, value) => String(shouldStartOnBoot(container)) === value,
  publish: () => false,
  expose: () => false,
};

/** Docker's meaning of the two policies. */
function shouldStartOnBoot({ record: { restart }, directory }: Container): boolean {
  if (restart.policy === 'unless-stopped') return !wasAskedToStop(directory);
  return restart.policy === 'always';
}

/** Names of all filters. */
export const CONTAINER_FILTERS = Object.keys(TESTS);

/** What is filtered by the end looks at containers that have one. */
export function wantsStopped(filters: readonly ContainerFilter[]): boolean {
  return filters.some(([key]) => key === 'status' || key === 'exited');
}

/** What is filtered by comparison looks at containers that may themselves not be wanted. */
export function wantsOthers(filters: readonly ContainerFilter[]): boolean {
  return filters.some(([key]) => key === 'before' || key === 'since');
}

/** Filters by what no summary has. */
const OF_RECORDS = new Set(['volume', 'network', 'restart-policy', 'should-start-on-boot']);

/** What is filtered by more than summaries looks at whole records. */
export function wantsRecords(filters: readonly ContainerFilter[]): boolean {
  return filters.some(([key]) => OF_RECORDS.has(key));
}

/**
 * The containers that pass all filters; of several with the same key one is enough, but labels are needed all. Throws
 * `RuntimeError` `bad-filter`, and `state-missing` for `before` and `since`.
 */
export function filterContainers(
  all: readonly ListedContainer[],
  filters: readonly ContainerFilter[],
): ListedContainer[] {
  for (const filter of filters) checkFilter(filter);
  const keys = [...new Set(filters.map(([key]) => key))];
  return all.filter((listed) =>
    keys.every((key) => {
      const values = filters.filter(([other]) => other === key).map(([, value]) => value);
      const passes = (value: string) => TESTS[key]!(listed, value, all);
      return key === 'label' ? values.every(passes) : values.some(passes);
    }),
  );
}

function checkFilter([key, value]: ContainerFilter): void {
  if (!Object.hasOwn(TESTS, key)) throw badFilter(`${key}=${value}`, `there is no filter "${key}"`);
  if (key === 'status' && !STATUSES.includes(value)) {
    throw badFilter(`${key}=${value}`, `the status must be one of ${STATUSES.join(', ')}`);
  }
  if (key === 'health' && !(HEALTH_STATES as readonly string[]).includes(value)) {
    throw badFilter(`${key}=${value}`, `the health must be one of ${HEALTH_STATES.join(', ')}`);
  }
  if (key === 'exited' && !/^(\d+|unknown)$/.test(value)) {
    throw badFilter(`${key}=${value}`, 'an exit code is needed');
  }
}

function badFilter(text: string, reason: string): RuntimeError<'bad-filter'> {
  return new RuntimeError({ code: 'bad-filter', message: `failed to filter by "${text}": ${reason}` });
}

/** `key` or `key=value`. */
export function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const equals = wanted.indexOf('=');
  if (equals === -1) return Object.hasOwn(labels, wanted);
  const key = wanted.slice(0, equals);
  return Object.hasOwn(labels, key) && labels[key] === wanted.slice(equals + 1);
}

/** As docker does: a regular expression, found anywhere. */
function toPattern(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch {
    throw badFilter(value, 'it is not a regular expression');
  }
}

function findIn(all: readonly ListedContainer[], reference: string): ContainerSummary {
  const found =
    all.find(({ container: { id, name } }) => id === reference || name === reference) ??
    all.find(({ container: { id } }) => id.startsWith(reference));
  if (found !== undefined) return found.summary;
  const message = `failed to find container "${reference}": no such container`;
  throw new RuntimeError({ code: 'state-missing', message });
}

/** `host` for a container in the host's network namespace. */
export function networkOf({ record: { spec } }: Container): 'none' | 'host' {
  return spec.linux.namespaces.some(({ type }) => type === 'network') ? 'none' : 'host';
}
