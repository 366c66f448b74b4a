import { isRuntimeError } from '@mini/contracts';
import { type Container, findContainer } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';
import { selectContainers } from './list-containers.js';
import { type ContainerStats, compareSamples, type StatsSample, takeSample } from './stats-sample.js';

/** Whose use is wanted, and how often. */
export interface StatsRequest {
  /** Names or ids; without any, the containers that run. */
  readonly containers?: readonly string[];
  /** Those that do not run too. */
  readonly all?: boolean;
  /** Time between two looks; a second unless told. CPU use is that of the time between. */
  readonly intervalMs?: number;
  /** Ends it: the iteration rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** The first answer need not wait as long as the others. */
const FIRST_INTERVAL_MS = 250;

/**
 * What containers use, again and again; ends when all containers that were named are removed.
 * Throws `RuntimeError` `state-missing` when one that is named is missing at the begin.
 */
export async function* stats(
  request: StatsRequest = {},
  engine: Engine = openEngine(),
): AsyncGenerator<ContainerStats[]> {
  const { containers: names = [], intervalMs = 1000, signal } = request;
  signal?.throwIfAborted();
  for (const name of names) findContainer(name, engine);
  let before = takeSamples(request, engine);
  let waitMs = Math.min(intervalMs, FIRST_INTERVAL_MS);
  for (;;) {
    await sleep(waitMs, signal);
    signal?.throwIfAborted();
    const now = takeSamples(request, engine);
    if (names.length > 0 && now.size === 0) return;
    yield [...now.values()].map(({ container, sample }) =>
      compareSamples(container, before.get(container.id)?.sample ?? sample, sample),
    );
    before = now;
    waitMs = intervalMs;
  }
}

type Samples = Map<string, { readonly container: Container; readonly sample: StatsSample }>;

function takeSamples(request: StatsRequest, engine: Engine): Samples {
  const found = findAll(request, engine);
  return new Map(
    found.map((container) => [container.id, { container, sample: takeSample(engine, container) }]),
  );
}

function findAll({ containers: names = [], all = false }: StatsRequest, engine: Engine): Container[] {
  if (names.length === 0) return selectContainers({ all }, engine).map(({ container }) => container);
  return names.flatMap((name) => {
    try {
      return [findContainer(name, engine)];
    } catch (error) {
      if (isRuntimeError(error) && error.code === 'state-missing') return [];
      throw error;
    }
  });
}

function sleep(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, durationMs);
    signal?.addEventListener('abort', finish);
    if (signal?.aborted === true) finish();
  });
}
