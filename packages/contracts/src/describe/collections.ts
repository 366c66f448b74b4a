import type { Findings } from './findings.js';
import { isRecord, refuse, type Shape } from './shape.js';

/** Bounds of a list. */
export interface ArrayBounds {
  /** The least number of items; 0 by default. */
  readonly least?: number;
}

/** A list of like items. */
export function array<T>(item: Shape<T>, { least = 0 }: ArrayBounds = {}): Shape<readonly T[]> {
  const check = (value: unknown, findings: Findings): unknown => {
    if (!Array.isArray(value)) return refuse(value, 'an array', findings);
    if (value.length < least) findings.add(`it has ${value.length} items, at least ${least} is needed`);
    let right: unknown[] | undefined;
    for (let index = 0; index < value.length; index += 1) {
      const member: unknown = value[index];
      findings.trail.push(index);
      const checked = item.check(member, findings);
      findings.trail.pop();
      if (checked === member) continue;
      right ??= [...value];
      right[index] = checked;
    }
    return right ?? value;
  };
  return { check };
}

/** A map from names of the user's choice to like values. */
export function map<T>(key: Shape<string>, item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  const check = (value: unknown, findings: Findings): unknown => {
    if (!isRecord(value)) return refuse(value, 'an object', findings);
    let right: Record<string, unknown> | undefined;
    for (const name of Object.keys(value)) {
      findings.trail.push([name]);
      const isGoodName = key.check(name, findings) !== undefined;
      const checked = item.check(value[name], findings);
      findings.trail.pop();
      if (isGoodName && checked === value[name]) continue;
      right ??= { ...value };
      if (isGoodName) right[name] = checked;
      else delete right[name];
    }
    return right ?? value;
  };
  return { check };
}
