import { badProfile } from '../errors.js';
import type { SeccompProfile } from './profile.js';

type Check = (value: unknown, at: string) => string[];
type Shape = Readonly<Record<string, Check>>;

const isText: Check = (value, at) => (typeof value === 'string' ? [] : [`${at} is not a string`]);
const isNumber: Check = (value, at) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? [] : [`${at} is not a whole number of at least 0`];
const listOf =
  (check: Check): Check =>
  (value, at) =>
    // Go writes an empty list as null.
    value === null
      ? []
      : Array.isArray(value)
        ? value.flatMap((item, index) => check(item, `${at}[${index}]`))
        : [`${at} is not a list`];

/** An object whose known members have these shapes; what is not known stays as it is, as comments do. */
const objectOf =
  (shape: Shape, required: readonly string[] = []): Check =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return [`${at} is not an object`];
    const members = new Map(Object.entries(value));
    const path = (name: string) => (at === 'it' ? name : `${at}.${name}`);
    return [
      ...required.filter((name) => !members.has(name)).map((name) => `${path(name)} is missing`),
      ...Object.entries(shape).flatMap(([name, check]) =>
        members.has(name) ? check(members.get(name), path(name)) : [],
      ),
    ];
  };
/** Docker writes both conditions always, and leaves them null or empty. */
const orNull =
  (check: Check): Check =>
  (value, at) =>
    value === null ? [] : check(value, at);

const CONDITION = orNull(objectOf({ caps: listOf(isText), arches: listOf(isText), minKernel: isText }));
const ARGUMENT = objectOf({ index: isNumber, value: isNumber, valueTwo: isNumber, op: isText }, [
  'index',
  'value',
  'op',
]);
const RULE = objectOf(
  {
    names: listOf(isText),
    name: isText,
    action: isText,
    errnoRet: orNull(isNumber),
    args: listOf(ARGUMENT),
    includes: CONDITION,
    excludes: CONDITION,
  },
  ['action'],
);
const PROFILE = objectOf(
  {
    defaultAction: isText,
    defaultErrnoRet: orNull(isNumber),
    architectures: listOf(isText),
    archMap: listOf(objectOf({ architecture: isText, subArchitectures: listOf(isText) }, ['architecture'])),
    flags: listOf(isText),
    listenerPath: isText,
    listenerMetadata: isText,
    syscalls: listOf(RULE),
  },
  ['defaultAction'],
);

/**
 * A profile from parsed JSON. Throws `RuntimeError` `bad-seccomp` that says everything that has the wrong form; what the
 * words mean is judged when it is compiled.
 */
export function readProfile(value: unknown): SeccompProfile {
  const problems = PROFILE(value, 'it');
  if (problems.length > 0) throw badProfile(problems);
  return dropNulls(value) as SeccompProfile;
}

function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === null ? [] : [[name, dropNulls(member)]])),
  );
}
