import type { Seccomp, SeccompAction, SeccompArgument, SeccompRule } from '@mini/contracts';
import { operatorNumber, returnValue, takesErrno } from './actions.js';
import { badSeccomp } from './errors.js';
import type { Comparison, Rule } from './library.js';

/** The kernel gives back no larger errno. Source: MAX_ERRNO of linux/err.h. */
const MAX_ERRNO = 4095;
const MAX_ARGUMENT_INDEX = 5;
const FIELD = 'linux.seccomp';

/** What the library is fed with. */
export interface CompiledRules {
  readonly defaultAction: number;
  readonly rules: readonly Rule[];
}

/**
 * The rules of a profile as libseccomp takes them. It refuses a rule that does what is done anyway, so such are left out;
 * and two comparisons of one argument in one rule, so each of those becomes a rule: any of them decides, as in runc.
 * Throws `RuntimeError` `bad-seccomp`.
 */
export function compileRules({ defaultAction, defaultErrnoRet, syscalls = [] }: Seccomp): CompiledRules {
  const byDefault = readAction(
    defaultAction,
    defaultErrnoRet,
    `${FIELD}.defaultAction`,
    `${FIELD}.defaultErrnoRet`,
  );
  if (defaultAction === 'SCMP_ACT_NOTIFY') {
    throw badSeccomp(`${FIELD}.defaultAction`, 'nobody could answer for a process that has not started');
  }
  const rules = syscalls.flatMap((rule, index) =>
    compileRule(rule, byDefault, `${FIELD}.syscalls[${index}]`),
  );
  return { defaultAction: byDefault, rules };
}

function compileRule(
  { names, action, errnoRet, args = [] }: SeccompRule,
  byDefault: number,
  field: string,
): Rule[] {
  if (names.length === 0) throw badSeccomp(`${field}.names`, 'a rule names no system call');
  const value = readAction(action, errnoRet, `${field}.action`, `${field}.errnoRet`);
  const alternatives = groupComparisons(args, `${field}.args`);
  if (value === byDefault) return [];
  return names.flatMap((name) => alternatives.map((comparisons): Rule => [value, name, comparisons]));
}

function readAction(
  action: SeccompAction,
  errno: number | undefined,
  actionField: string,
  errnoField: string,
): number {
  if (errno !== undefined) {
    if (!takesErrno(action)) throw badSeccomp(errnoField, `the action "${action}" has no errno`);
    if (!Number.isInteger(errno) || errno < 0 || errno > MAX_ERRNO) {
      throw badSeccomp(errnoField, `${errno} is no errno from 0 to ${MAX_ERRNO}`);
    }
  }
  const value = returnValue(action, errno);
  if (value === undefined) throw badSeccomp(actionField, `there is no action "${action}"`);
  return value;
}

/** All comparisons together, or, when two of them are of one argument, each for itself. */
function groupComparisons(args: readonly SeccompArgument[], field: string): Comparison[][] {
  const comparisons = args.map((argument, index) => compileArgument(argument, `${field}[${index}]`));
  const indices = new Set(args.map(({ index }) => index));
  return indices.size === args.length ? [comparisons] : comparisons.map((comparison) => [comparison]);
}

function compileArgument({ index, op, value, valueTwo = 0 }: SeccompArgument, field: string): Comparison {
  const operator = operatorNumber(op);
  if (operator === undefined) throw badSeccomp(`${field}.op`, `there is no operator "${op}"`);
  if (!Number.isInteger(index) || index < 0 || index > MAX_ARGUMENT_INDEX) {
    throw badSeccomp(`${field}.index`, `there is no argument ${index}`);
  }
  return [index, operator, readValue(value, `${field}.value`), readValue(valueTwo, `${field}.valueTwo`)];
}

function readValue(value: number | bigint, field: string): bigint {
  const isWhole = typeof value === 'bigint' || Number.isInteger(value);
  const wide = isWhole ? BigInt(value) : -1n;
  if (wide < 0n || wide >= 1n << 64n)
    throw badSeccomp(field, `${value} does not fit in 64 bits without a sign`);
  return wide;
}
