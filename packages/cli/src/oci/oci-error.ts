import { RuntimeError } from '@mini/contracts';

/**
 * What mini-oci itself can refuse. The reasons at the end of the messages are the words of runc, which its callers look
 * for: `container does not exist`, `container not running` and the like.
 */
export type OciErrorCode =
  | 'usage'
  | 'bad-id'
  | 'bad-bundle'
  | 'bad-cgroups-path'
  | 'container-exists'
  | 'container-missing'
  | 'container-not-running'
  | 'container-status'
  | 'container-corrupt'
  | 'bad-console-socket'
  | 'bad-namespace'
  | 'bad-net-device'
  | 'bad-seccomp-listener'
  | 'bad-unit-property'
  | 'hook-failed'
  | 'systemd-failed'
  | 'unsupported';

export function ociError(
  code: OciErrorCode,
  message: string,
  { cause, hint }: { readonly cause?: unknown; readonly hint?: string } = {},
): RuntimeError<OciErrorCode> {
  return new RuntimeError({ code, message, cause, context: hint === undefined ? {} : { hint } });
}

export function usageError(reason: string): RuntimeError<OciErrorCode> {
  return ociError('usage', `failed to read the command line: ${reason}`);
}
