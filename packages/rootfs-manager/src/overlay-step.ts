import { readlinkSync } from 'node:fs';
import type { Step } from '@mini/contracts';
import type { OverlayDirectories } from './mount-overlay.js';

/**
 * An overlay that the helper mounts by itself, from paths: for a container that is started again when nobody is there to
 * hold a mount for it, or whose starter may mount nothing. `target` is empty for the root.
 */
export function overlayStep(
  { lowers, upper = '', work = '' }: OverlayDirectories,
  { target = '', options = [] }: { readonly target?: string; readonly options?: readonly string[] } = {},
): Step {
  return { op: 'overlay', lowers, upper, work, target, options, origin: 'root.path' };
}

/** Absolute, and what was opened rather than what the name means by now. */
export function realPathOf(fd: number): string {
  return readlinkSync(`/proc/self/fd/${fd}`);
}
