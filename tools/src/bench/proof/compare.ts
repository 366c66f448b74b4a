import type { Facts } from './facts.js';

/** A fact in which a side is not like mini. `undefined`: the side has no such thing. */
export interface Difference {
  readonly fact: string;
  readonly mini: string | undefined;
  readonly other: string | undefined;
}

/** A difference that is known, with the reason why it may stand. */
export interface MeantDifference {
  readonly sides: readonly string[];
  readonly facts: RegExp;
  readonly reason: string;
}

export function listDifferences(mini: Facts, other: Facts): Difference[] {
  return [...new Set([...mini.keys(), ...other.keys()])]
    .filter((fact) => mini.get(fact) !== other.get(fact))
    .sort()
    .map((fact) => ({ fact, mini: mini.get(fact), other: other.get(fact) }));
}

export interface Verdict {
  readonly side: string;
  readonly equalFacts: number;
  readonly meant: readonly { readonly reason: string; readonly differences: readonly Difference[] }[];
  /** Differences that nobody has explained: the sides do not do the same. */
  readonly unexplained: readonly Difference[];
}

export function judge(side: string, mini: Facts, other: Facts, known: readonly MeantDifference[]): Verdict {
  const differences = listDifferences(mini, other);
  const here = known.filter(({ sides }) => sides.includes(side));
  const explains = ({ facts }: MeantDifference) => differences.filter(({ fact }) => facts.test(fact));
  return {
    side,
    equalFacts: [...mini].filter(([fact, value]) => other.get(fact) === value).length,
    meant: here
      .map((each) => ({ reason: each.reason, differences: explains(each) }))
      .filter(({ differences: found }) => found.length > 0),
    unexplained: differences.filter(({ fact }) => !here.some(({ facts }) => facts.test(fact))),
  };
}

/**
 * What a container of the benchmark has to have, equal or not: equally wrong would be no proof. `limits` are the texts
 * of the limit files by their names, of which a tree has its own.
 */
export function listShortcomings(facts: Facts, limits: Readonly<Record<string, string>>): string[] {
  const wanted = [...facts].flatMap(([fact, value]): [fact: string, value: string, wanted: string][] => {
    if (fact.startsWith('namespace ') && fact !== 'namespace user') return [[fact, value, 'its own']];
    if (fact.startsWith('group ')) return [[fact, value, 'joined']];
    const limit = fact.startsWith('limit ') ? limits[fact.slice('limit '.length)] : undefined;
    return limit === undefined ? [] : [[fact, value, limit]];
  });
  return wanted
    .filter(([, value, expected]) => value !== expected)
    .map(([fact, value, expected]) => `${fact} is "${value}", not "${expected}"`);
}
