import { MOUNT_ATTR, type Mount, type Step, TARGET_KIND } from '@mini/contracts';
import type { MountOptions } from './mount-options.js';

/** A bind of the host's `source`; where `target` is missing it is made like its source, a file or a directory. */
export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly recursive: boolean;
  /** Number in the helper of a detached copy of the source's tree, made by the parent. */
  readonly fd?: number;
}

type MountStep = Extract<Step, { op: 'mount' }>;
type BindStep = Extract<Step, { op: 'bind' }>;
type BindWithinStep = Extract<Step, { op: 'bind_within' }>;

/** A new file system of `mount.type`. Of its attributes there is nothing to clear: it is born without. */
export function mountStep(mount: Mount, options: MountOptions, origin: string): MountStep {
  const fstype = mount.type ?? '';
  return {
    op: 'mount',
    fstype,
    source: mount.source || fstype,
    target: mount.destination,
    options: [...options.superblockOptions, ...options.fsOptions],
    attributes: options.attributesSet | options.recursiveSet,
    propagation: options.propagation,
    origin,
  };
}

/**
 * A bind and the changes after it that it cannot do itself: the helper sets the propagation as deep as it clones, so
 * `rbind,private` needs a second step, as `ro,rnosuid` does. Superblock options mean nothing for a bind, as in
 * mount(8).
 */
export function bindSteps(bind: Bind, options: MountOptions, origin: string): Step[] {
  const below = (options.recursiveSet | options.recursiveClear) !== 0;
  const { subdirectory } = options;
  const step: BindStep = {
    op: 'bind',
    source: bind.source,
    fd: bind.fd ?? -1,
    target: bind.target,
    targetKind: TARGET_KIND.likeSource,
    recursive: Number(bind.recursive),
    attributesSet: options.attributesSet,
    attributesClear: options.attributesClear,
    attributesRecursive: 0,
    propagation: bind.recursive && !options.propagationRecursive ? 0 : options.propagation,
    origin,
  };
  const laterPropagation = options.propagation === step.propagation ? 0 : options.propagation;
  return [
    withoutLockedAttributes(
      subdirectory === undefined || bind.fd !== undefined ? step : toBindWithin(step, subdirectory),
    ),
    ...(below ? [change(bind.target, options.recursiveSet, options.recursiveClear, 1, 0, origin)] : []),
    ...(laterPropagation === 0 ? [] : [change(bind.target, 0, 0, 0, laterPropagation, origin)]),
  ];
}

/** A tree that the parent has cloned is that of the subdirectory already. */
function toBindWithin(
  { fd: _fd, targetKind: _kind, attributesRecursive: _recursive, ...step }: BindStep,
  within: string,
): BindWithinStep {
  return { ...step, op: 'bind_within', within };
}

/**
 * In a user namespace what the host has locked (`ro`, `nosuid`) cannot be cleared: EPERM. `rw` on such a mount is a
 * habit of callers, not a demand, so the mount stays as the host has it.
 */
function withoutLockedAttributes(step: BindStep | BindWithinStep): Step {
  // mount_setattr(2) takes an access time to set only with the others cleared.
  const clear = Number(step.attributesClear);
  const kept = Number(step.attributesSet) & MOUNT_ATTR.ATIME_MASK ? clear & MOUNT_ATTR.ATIME_MASK : 0;
  return kept === clear ? step : withAlternative(step, ['EPERM'], { ...step, attributesClear: kept });
}

/** The host's mount at `source`, with all below, under the attributes of the mount that it stands in for. */
export function hostView(
  { source, target }: Omit<Bind, 'recursive'>,
  options: MountOptions,
  origin: string,
): Step {
  return {
    op: 'bind',
    source,
    fd: -1,
    target,
    targetKind: TARGET_KIND.directory,
    recursive: 1,
    attributesSet: options.attributesSet | options.recursiveSet,
    attributesClear: 0,
    attributesRecursive: 1,
    propagation: options.propagation,
    origin,
  };
}

/** `remount`: other attributes for the mount that is there. */
export function changeSteps(target: string, options: MountOptions, origin: string): Step[] {
  const { propagation, propagationRecursive } = options;
  const own = change(
    target,
    options.attributesSet,
    options.attributesClear,
    0,
    propagationRecursive ? 0 : propagation,
    origin,
  );
  const below = change(
    target,
    options.recursiveSet,
    options.recursiveClear,
    1,
    propagationRecursive ? propagation : 0,
    origin,
  );
  return [own, below].filter((step) => step.attributesSet || step.attributesClear || step.propagation);
}

type ChangeStep = Extract<Step, { op: 'mount_attributes' }>;

export function change(
  target: string,
  attributesSet: number,
  attributesClear: number,
  recursive: number,
  propagation: number,
  origin: string,
): ChangeStep {
  return { op: 'mount_attributes', target, attributesSet, attributesClear, recursive, propagation, origin };
}

/** `step`, and `alternative` when it fails with one of the errnos. Without an alternative the step stands alone. */
export function withAlternative(step: Step, errnos: readonly string[], alternative: Step | undefined): Step {
  return alternative === undefined ? step : { ...step, tolerates: errnos, otherwise: alternative };
}
