/** The value below which `share` (0 to 1) of the samples lie. NaN without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** What is told of many measurements. Medians, because other work on the machine only ever adds time. */
export interface Summary {
  readonly median: number;
  /** A tenth of the samples lie below. */
  readonly low: number;
  /** A tenth of the samples lie above. */
  readonly high: number;
  readonly count: number;
}

export function summarize(samples: readonly number[]): Summary {
  return {
    median: quantile(samples, 0.5),
    low: quantile(samples, 0.1),
    high: quantile(samples, 0.9),
    count: samples.length,
  };
}
