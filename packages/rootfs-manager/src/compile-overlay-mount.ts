import type { Step } from '@mini/contracts';
import type { MountOptions } from './mount-options.js';
import { overlayStep } from './overlay-step.js';
import { changeSteps } from './steps.js';

/**
 * An overlay that the Spec mounts, as podman's image mounts are: its directories are opened one by one, for the string that
 * names them all is soon too long for fsconfig(2). `undefined` without lower directories in the form of mount(2). Source:
 * Documentation/filesystems/overlayfs.rst of the kernel.
 */
export function compileOverlayMount(
  target: string,
  options: MountOptions,
  origin: string,
): Step[] | undefined {
  const directories = new Map<string, string>();
  const rest: string[] = [...options.superblockOptions];
  for (const option of options.fsOptions) {
    const [, name, value] = /^(lowerdir|upperdir|workdir)=(.*)$/s.exec(option) ?? [];
    if (name === undefined) rest.push(option);
    else directories.set(name, value!);
  }
  const lowers = directories.get('lowerdir');
  // What is only data, after "::", is told by its place in the string.
  if (lowers === undefined || lowers.includes('::')) return undefined;
  const step = overlayStep(
    {
      lowers: splitLowers(lowers),
      upper: unescapePath(directories.get('upperdir') ?? ''),
      work: unescapePath(directories.get('workdir') ?? ''),
    },
    { target, options: rest },
  );
  return [{ ...step, origin }, ...changeSteps(target, options, origin)];
}

/** A colon of a name stands after a backslash, as everything may. */
function splitLowers(text: string): string[] {
  return (text.match(/(?:\\.|[^:\\])+/gs) ?? []).map(unescapePath);
}

function unescapePath(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}
