/**
 * A value with its type in the words of the D-Bus specification, "Type System": numbers of 64 bits are bigint, an array or
 * a structure is an array, a variant is a `BusVariant`.
 */
export type BusValue = boolean | number | bigint | string | BusVariant | readonly BusValue[];

export interface BusVariant {
  readonly signature: string;
  readonly value: BusValue;
}

/** How many bytes each type is aligned to. Source: D-Bus specification, "Summary of D-Bus marshalling". */
const ALIGNMENTS: Readonly<Record<string, number>> = {
  ...{ y: 1, g: 1, v: 1, b: 4, i: 4, u: 4, s: 4, o: 4, a: 4, x: 8, t: 8, '(': 8 },
};

export function alignmentOf(type: string): number {
  const alignment = ALIGNMENTS[type[0] ?? ''];
  if (alignment === undefined) throw new Error(`type "${type}" of D-Bus is not known`);
  return alignment;
}

/** `sa(sv)u` ▶ `s`, `a(sv)`, `u`. */
export function splitSignature(signature: string): string[] {
  const types: string[] = [];
  for (let start = 0; start < signature.length; ) {
    const end = endOfType(signature, start);
    types.push(signature.slice(start, end));
    start = end;
  }
  return types;
}

function endOfType(signature: string, start: number): number {
  if (signature[start] === 'a') return endOfType(signature, start + 1);
  if (signature[start] !== '(') return start + 1;
  let end = start + 1;
  while (end < signature.length && signature[end] !== ')') end = endOfType(signature, end);
  return end + 1;
}

/** The types of the members of a structure. */
export function membersOf(type: string): string[] {
  return splitSignature(type.slice(1, -1));
}
