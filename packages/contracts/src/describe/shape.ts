import { type Findings, quoteValue } from './findings.js';

declare const DESCRIBED: unique symbol;

/**
 * The description of a value: its check at run time, and the type `T` that a value which passed has (`Infer`). One
 * description is the source of both.
 */
export interface Shape<T> {
  /**
   * Notes what is wrong with `value` and answers what is right of it: `value` itself when all is well, otherwise a copy
   * without the wrong parts. So rules over several fields can be applied to what is left.
   */
  check(value: unknown, findings: Findings): unknown;
  /** Exists for the type system alone. */
  readonly [DESCRIBED]?: T;
}

/** The type that a description describes. */
export type Infer<S> = S extends Shape<infer T> ? T : never;

/** A member that may be absent. */
export interface OptionalShape<T> extends Shape<T> {
  readonly isOptional: true;
  /** An empty string is absent, too, and what is right of an object does not have it. */
  readonly isEmptyAbsent?: true;
}

/** What is left of a document of type `T` after its check: any part may be absent. */
export type Draft<T> = T extends string | number | bigint | boolean
  ? T
  : T extends readonly (infer I)[]
    ? readonly (Draft<I> | undefined)[]
    : { readonly [K in keyof T]?: Draft<T[K]> | undefined };

type Fields = Readonly<Record<string, Shape<unknown>>>;

type InferFields<F extends Fields> = {
  readonly [K in keyof F as F[K] extends OptionalShape<unknown> ? never : K]: Infer<F[K]>;
} & {
  readonly [K in keyof F as F[K] extends OptionalShape<unknown> ? K : never]?: Infer<F[K]>;
};

/** One level of an intersection, so that hovering a type shows its members. */
type Flat<T> = { [K in keyof T]: T[K] };

/** Marks a member of `object` that may be absent. `null` is not absent. */
export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return { check: shape.check, isOptional: true };
}

/**
 * Marks a member of `object` that may be absent, or a string with nothing in it: programs whose types know no absence write
 * that, and runtimes in Go cannot tell the two apart.
 */
export function optionalOrEmpty<T>(shape: Shape<T>): OptionalShape<T> {
  return { ...optional(shape), isEmptyAbsent: true };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Member {
  readonly name: string;
  readonly shape: Shape<unknown>;
  readonly isOptional: boolean;
  readonly isEmptyAbsent: boolean;
}

function listMembers(fields: Fields): Member[] {
  return Object.entries(fields).map(([name, shape]) => ({
    name,
    shape,
    isOptional: 'isOptional' in shape,
    isEmptyAbsent: 'isEmptyAbsent' in shape,
  }));
}

/** An object with these members. Others are ignored: the runtime-spec wants it so (config.md, extensibility). */
export function object<const F extends Fields>(fields: F): Shape<Flat<InferFields<F>>> {
  // Made at the first check: most objects of the runtime-spec are in no one document.
  let members: readonly Member[] | undefined;
  const check = (value: unknown, findings: Findings): unknown => {
    if (!isRecord(value)) return refuse(value, 'an object', findings);
    let right: Record<string, unknown> | undefined;
    members ??= listMembers(fields);
    for (const { name, shape, isOptional, isEmptyAbsent } of members) {
      const member = Object.hasOwn(value, name) ? value[name] : undefined;
      if (member === undefined && isOptional) continue;
      if (member === '' && isEmptyAbsent) {
        right ??= { ...value };
        delete right[name];
        continue;
      }
      findings.trail.push(name);
      const checked = member === undefined ? findings.add('it is missing') : shape.check(member, findings);
      findings.trail.pop();
      if (checked === member) continue;
      right ??= { ...value };
      right[name] = checked;
    }
    return right ?? value;
  };
  return { check };
}

/** Notes that `value` is not what it should be: `3 is not a string`. Nothing is right of it. */
export function refuse(value: unknown, expected: string, findings: Findings): undefined {
  findings.add(`${quoteValue(value)} is not ${expected}`);
}
