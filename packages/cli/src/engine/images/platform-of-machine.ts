import { hostPlatform } from '@mini/image-store';

/** What the config of an image that is made here says of machines. */
export function platformOfMachine(): {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
} {
  const { os, architecture, variant } = hostPlatform();
  return { architecture, os, ...(variant === undefined ? {} : { variant }) };
}
