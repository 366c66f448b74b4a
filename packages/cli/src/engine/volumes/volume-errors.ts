import { RuntimeError } from '@mini/contracts';

export type VolumeErrorCode =
  | 'bad-volume'
  | 'no-such-volume'
  | 'volume-conflict'
  | 'volume-corrupt'
  | 'volume-in-use'
  | 'volume-locked';

export function volumeError(
  code: VolumeErrorCode,
  message: string,
  { cause, hint }: { readonly cause?: unknown; readonly hint?: string } = {},
): RuntimeError<VolumeErrorCode> {
  return new RuntimeError({ code, message, cause, context: hint === undefined ? {} : { hint } });
}

export function noSuchVolume(name: string): RuntimeError<VolumeErrorCode> {
  return volumeError('no-such-volume', `failed to find volume ${JSON.stringify(name)}: there is none here`, {
    hint: 'mini volume ls lists those there are',
  });
}
