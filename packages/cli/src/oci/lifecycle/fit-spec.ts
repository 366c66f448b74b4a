import type { CapabilityName, Spec } from '@mini/contracts';
import { readAvailableCapabilities } from '../../engine/available-capabilities.js';
import { isSetgroupsDenied } from '../caller.js';
import type { Log } from '../log.js';
import { ociError } from '../oci-error.js';
import { checkMountLabel, fitLabels } from './fit-labels.js';
import { fitMounts } from './fit-mounts.js';
import { maskCapabilities } from './mask-capabilities.js';
import { refuseMachineSysctls } from './refuse-machine-sysctls.js';

/**
 * What of the Spec this machine can give; what it lacks and nobody depends on is left out with a warning. Throws
 * `RuntimeError` `unsupported` for what a container would be less than it should be without.
 */
export function fitSpec(wanted: Spec, log: Log): Spec {
  refuseUnsupported(wanted);
  checkMountLabel(wanted.linux);
  refuseMachineSysctls(wanted);
  const available = readAvailableCapabilities(process.geteuid?.() ?? 0);
  const spec = fitCapabilities(withNoneUnlessGiven(wanted), available, log);
  const mounts = fitMounts(spec.mounts ?? [], (sentence) => log.warn(sentence));
  return { ...spec, mounts, process: fitLabels(spec.process) };
}

/** The Spec with those capabilities that can be given, and a warning for the others. */
export function fitCapabilities(wanted: Spec, available: readonly CapabilityName[], log: Log): Spec {
  const { spec, dropped } = maskCapabilities(wanted, available);
  if (dropped.length > 0) log.warn(`this machine cannot give the capabilities ${dropped.join(', ')}`);
  return spec;
}

/** Nobody means all of them by leaving them out: neither runc nor crun gives any then. */
function withNoneUnlessGiven(spec: Spec): Spec {
  const { capabilities = {} } = spec.process;
  return { ...spec, process: { ...spec.process, capabilities } };
}

function refuseUnsupported(spec: Spec): void {
  const { process, linux } = spec;
  if (!linux.namespaces.some(({ type }) => type === 'mount')) {
    throw unsupported('linux.namespaces', "a container needs a mount namespace that is not the machine's");
  }
  if ((process.user.additionalGids ?? []).length > 0 && isSetgroupsDenied(spec)) {
    throw unsupported('process.user.additionalGids', 'an ordinary user cannot give other groups');
  }
  if (linux.intelRdt !== undefined) throw unsupported('linux.intelRdt', 'Intel RDT is not supported');
}

function unsupported(field: string, reason: string): Error {
  return ociError('unsupported', `failed to create the container: ${reason} (${field})`);
}
