import { RuntimeError } from '@mini/contracts';
import { type ContainerFilter, hasLabel } from '../life/filter-containers.js';
import type { EngineEvent } from './event-line.js';

type Test = (event: EngineEvent, value: string) => boolean;

/** Actions that say more behind a colon, and are found without it. */
const LONG_ACTION = /^(exec_create|exec_start|health_status)$/;

const TESTS: Readonly<Record<string, Test>> = {
  container: ({ type, id, name }, value) =>
    type === 'container' && value !== '' && (id.startsWith(value) || name === value),
  event: ({ action }, value) =>
    action === value || (LONG_ACTION.test(value) && action.startsWith(`${value}:`)),
  image: ({ type, image, id, name }, value) =>
    (type === 'container' && image === value) || (type === 'image' && [id, name].includes(value)),
  label: ({ labels }, value) => hasLabel(labels, value),
  type: ({ type }, value) => type === value,
  volume: ({ type, id }, value) => type === 'volume' && id === value,
};

/** Names of all filters. */
export const EVENT_FILTERS = Object.keys(TESTS);

/**
 * A test for events that pass all filters; of several with the same key one is enough, but labels are needed all. Throws
 * `RuntimeError` `bad-filter`.
 */
export function compileEventFilter(filters: readonly ContainerFilter[]): (event: EngineEvent) => boolean {
  for (const [key, value] of filters) {
    if (Object.hasOwn(TESTS, key)) continue;
    const message = `failed to filter by "${key}=${value}": there is no filter "${key}"`;
    throw new RuntimeError({ code: 'bad-filter', message });
  }
  const keys = [...new Set(filters.map(([key]) => key))];
  return (event) =>
    keys.every((key) => {
      const values = filters.filter(([other]) => other === key).map(([, value]) => value);
      const passes = (value: string) => TESTS[key]!(event, value);
      return key === 'label' ? values.every(passes) : values.some(passes);
    });
}
