import { RuntimeError } from '@mini/contracts';
import { hasLabel } from '../life/filter-containers.js';
import type { Volume } from './volume-store.js';
import type { VolumeUsers } from './volume-users.js';

/** `--filter KEY=VALUE`, in the order given. */
export type VolumeFilter = readonly [key: string, value: string];

type Test = (volume: Volume, value: string, users: () => VolumeUsers) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  dangling: ({ name }, value, users) => (users().of(name).length === 0) === isTrue(value),
  driver: (_, value) => value === 'local',
  label: ({ labels }, value) => hasLabel(labels, value),
  'label!': ({ labels }, value) => !hasLabel(labels, value),
  name: ({ name }, value) => name.includes(value) || toPattern(value).test(name),
};

/** Labels are needed all; of several others with the same key one is enough. */
const NEEDS_ALL = new Set(['label', 'label!']);

/** The volumes that pass all filters. Throws `RuntimeError` `bad-filter`. */
export function filterVolumes(
  volumes: readonly Volume[],
  filters: readonly VolumeFilter[],
  readUsers: () => VolumeUsers,
): Volume[] {
  for (const [key, value] of filters) {
    if (!Object.hasOwn(TESTS, key)) throw badFilter(`${key}=${value}`, `there is no filter "${key}"`);
    if (key === 'dangling') isTrue(value);
    if (key === 'name') toPattern(value);
  }
  let users: VolumeUsers | undefined;
  const once = () => {
    users ??= readUsers();
    return users;
  };
  const keys = [...new Set(filters.map(([key]) => key))];
  return volumes.filter((volume) =>
    keys.every((key) => {
      const values = filters.filter(([other]) => other === key).map(([, value]) => value);
      const passes = (value: string) => TESTS[key]!(volume, value, once);
      return NEEDS_ALL.has(key) ? values.every(passes) : values.some(passes);
    }),
  );
}

function isTrue(value: string): boolean {
  if (/^(?:1|t|true)$/i.test(value)) return true;
  if (/^(?:0|f|false)$/i.test(value)) return false;
  throw badFilter(`dangling=${value}`, 'it must be true or false');
}

function toPattern(value: string): RegExp {
  try {
    return new RegExp(value);
  } catch {
    throw badFilter(`name=${value}`, 'it is not a regular expression');
  }
}

function badFilter(text: string, reason: string): RuntimeError<'bad-filter'> {
  return new RuntimeError({ code: 'bad-filter', message: `failed to filter by "${text}": ${reason}` });
}
