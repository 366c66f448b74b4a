/** A promise about speed, held against what was measured. Nothing fails when it is broken: it is told. */
export interface Target {
  readonly text: string;
  readonly measured: string;
  readonly isMet: boolean;
}

/** `numerator` at most `most` times `denominator`. */
export function ratioTarget(text: string, numerator: number, denominator: number, most: number): Target {
  const ratio = numerator / denominator;
  return { text, measured: `${ratio.toFixed(2)} times`, isMet: ratio <= most };
}

/** `value` at most `mostMs` over `base`. */
export function surplusTarget(text: string, valueMs: number, baseMs: number, mostMs: number): Target {
  const surplusMs = valueMs - baseMs;
  return { text, measured: `${surplusMs.toFixed(1)} ms`, isMet: surplusMs <= mostMs };
}
