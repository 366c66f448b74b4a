import type { Mount } from '@mini/contracts';
import { isBind, parseMountOptions } from '@mini/rootfs-manager';

/**
 * The mounts without options of file systems on binds, which make none: mount(2) takes such and does not look at them, so
 * engines come to write them. `warn` is told of each.
 */
export function fitMounts(mounts: readonly Mount[], warn: (sentence: string) => void): readonly Mount[] {
  return mounts.map((mount, index) => {
    const options = parseMountOptions(mount.options ?? []);
    if (options.fsOptions.length === 0 || options.remount || !isBind({ mount, options })) return mount;
    const vain = new Set(options.fsOptions);
    for (const option of vain) {
      warn(`${JSON.stringify(option)} is no option of a bind and is left out (mounts[${index}].options)`);
    }
    return { ...mount, options: mount.options!.filter((option) => !vain.has(option)) };
  });
}
