import type { Capabilities, CapabilityName, Spec } from '@mini/contracts';

const SETS = ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'] as const;

/**
 * The Spec with those capabilities alone that this process can give: a privileged container means "all there are".
 * Ambient ones must be permitted and inheritable, or the kernel refuses them. `dropped` are the names that were asked for
 * in vain. Source: capabilities(7).
 */
export function maskCapabilities(
  spec: Spec,
  available: readonly CapabilityName[],
): { readonly spec: Spec; readonly dropped: readonly string[] } {
  const { capabilities } = spec.process;
  if (capabilities === undefined) return { spec, dropped: [] };
  const has = new Set<string>(available);
  const dropped = new Set<string>();
  const masked: { -readonly [Key in keyof Capabilities]: readonly CapabilityName[] } = {};
  for (const name of SETS) {
    const wanted = capabilities[name] ?? [];
    for (const each of wanted) if (!has.has(each)) dropped.add(each);
    masked[name] = wanted.filter((each) => has.has(each));
  }
  const canBeAmbient = new Set(masked.permitted?.filter((each) => masked.inheritable?.includes(each)));
  masked.ambient = masked.ambient?.filter((each) => canBeAmbient.has(each)) ?? [];
  return { spec: { ...spec, process: { ...spec.process, capabilities: masked } }, dropped: [...dropped] };
}
