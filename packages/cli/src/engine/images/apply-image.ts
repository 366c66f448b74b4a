import type { ContainerConfig, ImageHealthcheck } from '@mini/image-store/read';
import { findSignal } from '../find-signal.js';
import { DEFAULT_HEALTH, type HealthCheck, type RunOptions } from '../run-options.js';

/**
 * The options of a container with what its image says where they say nothing. As in docker, an entrypoint of the user's own
 * drops the image's command too. A pure function.
 */
export function applyImage(options: RunOptions, image: ContainerConfig): RunOptions {
  const entrypoint = options.entrypoint ?? image.entrypoint ?? [];
  const ownCommand = options.entrypoint === undefined ? (image.cmd ?? []) : [];
  const workdir = options.workdir ?? image.workingDir;
  const user = options.user ?? image.user;
  const stopSignal = options.stopSignal ?? findSignal(image.stopSignal ?? '');
  const health = healthOf(options, image.healthcheck);
  return {
    ...options,
    entrypoint,
    command: options.command.length > 0 ? options.command : ownCommand,
    env: [...(image.env ?? []), ...options.env],
    labels: { ...image.labels, ...options.labels },
    ...(workdir === undefined ? {} : { workdir }),
    ...(user === undefined ? {} : { user }),
    ...(stopSignal === undefined ? {} : { stopSignal }),
    ...(health === undefined ? {} : { health }),
  };
}

const NS_PER_MS = 1_000_000;

function healthOf(
  { health, healthTimes }: RunOptions,
  image: ImageHealthcheck | undefined,
): HealthCheck | null | undefined {
  if (health !== undefined || image === undefined) return health;
  const [kind, ...words] = image.test;
  if (kind === 'NONE' || words.length === 0) return null;
  const command = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', words[0]!] : words;
  return { ...DEFAULT_HEALTH, ...timesOf(image), ...healthTimes, command };
}

function timesOf({ intervalNs, timeoutNs, startPeriodNs, startIntervalNs, retries }: ImageHealthcheck) {
  const toMs = (name: string, ns: number | undefined) =>
    ns === undefined ? {} : { [name]: Math.round(ns / NS_PER_MS) };
  return {
    ...toMs('intervalMs', intervalNs),
    ...toMs('timeoutMs', timeoutNs),
    ...toMs('startPeriodMs', startPeriodNs),
    ...toMs('startIntervalMs', startIntervalNs),
    ...(retries === undefined ? {} : { retries }),
  };
}
