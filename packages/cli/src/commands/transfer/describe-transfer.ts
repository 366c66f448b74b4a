import type { BlobProgress } from '@mini/image-store/registry';
import { describeSize } from '../lists/human.js';

/** What docker calls what happens to a layer. */
export const STATE_TEXTS: Readonly<Record<BlobProgress['state'], string>> = {
  waiting: 'Waiting',
  downloading: 'Downloading',
  downloaded: 'Download complete',
  unpacking: 'Extracting',
  pulled: 'Pull complete',
  uploading: 'Pushing',
  pushed: 'Pushed',
  exists: 'Already exists',
  mounted: 'Mounted from another repository',
};

/** Narrower than this there is no room for a bar. */
const LEAST_WIDTH = 60;
const BAR_WIDTH = 24;

/**
 * One layer in a line: its short digest, what happens to it, how much of it is there and how fast. `started` is when its bytes began to
 * move, and how many were there then. With a width there is a bar too.
 */
export function describeTransfer(
  { digest, state, bytes, size }: BlobProgress,
  started: { readonly ms: number; readonly bytes: number } | undefined,
  width = 0,
  nowMs = Date.now(),
): string {
  const head = `${shortDigest(digest)}: ${STATE_TEXTS[state]}`;
  const rate = started === undefined ? '' : describeRate(bytes - started.bytes, nowMs - started.ms);
  if (state === 'downloading' || state === 'uploading') {
    const sizes = `${describeSize(bytes)}/${describeSize(size)}${rate === '' ? '' : ` ${rate}`}`;
    return width < LEAST_WIDTH ? `${head} ${sizes}` : `${head} ${drawBar(bytes, size)} ${sizes}`;
  }
  const isWhole = state === 'downloaded' || state === 'pushed';
  return isWhole && rate !== '' ? `${head} ${describeSize(size)} at ${rate}` : head;
}

/** As docker shows it: the first twelve digits. */
export function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, 12);
}

function describeRate(bytes: number, ms: number): string {
  // In no time at all nothing can be said.
  return ms < 1 || bytes <= 0 ? '' : `${describeSize((bytes / ms) * 1000)}/s`;
}

function drawBar(bytes: number, size: number): string {
  const filled = size === 0 ? BAR_WIDTH : Math.floor((Math.min(bytes, size) / size) * BAR_WIDTH);
  const head = filled < BAR_WIDTH ? '>' : '';
  return `[${`${'='.repeat(filled)}${head}`.padEnd(BAR_WIDTH)}]`;
}
