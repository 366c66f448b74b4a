import type { Findings } from '../describe/findings.js';
import type { Draft, Infer } from '../describe/shape.js';
import type { specShape } from '../oci/spec.js';

/** What is left of a config.json after the check of its shape. */
export type SpecDraft = Draft<Infer<typeof specShape>>;

/** A rule over several fields of a document: notes what cannot be together. */
export type Rule<D> = (draft: D, findings: Findings) => void;

/** The items of a list that are there, with their places. */
export function itemsOf<T>(list: readonly (T | undefined)[] | undefined): [index: number, item: T][] {
  const items: [number, T][] = [];
  for (let index = 0; index < (list?.length ?? 0); index += 1) {
    const item = list![index];
    if (item !== undefined) items.push([index, item]);
  }
  return items;
}

/** Whether a member was given, but wrongly: then rules about its absence have nothing to say. */
export function isLost<D extends object>(draft: D, member: keyof D): boolean {
  return Object.hasOwn(draft, member) && draft[member] === undefined;
}

/** Whether a namespace of this type is made or joined; taken for granted where the list itself is wrong. */
export function hasNamespace(spec: SpecDraft, type: string): boolean {
  const { linux } = spec;
  if (isLost(spec, 'linux') || (linux !== undefined && isLost(linux, 'namespaces'))) return true;
  return linux?.namespaces?.some((namespace) => namespace?.type === type) ?? false;
}
