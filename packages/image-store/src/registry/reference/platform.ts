import type { Platform } from '../../document/descriptor.js';
import { quoteText } from '../../errors.js';
import { RegistryTrouble, registryError } from '../registry-error.js';

/** Other names of architectures, as uname(2), Debian and Node have them. */
const ARCHITECTURES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  x64: ['amd64'],
  i386: ['386'],
  i686: ['386'],
  ia32: ['386'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
  ppc64el: ['ppc64le'],
};

const KNOWN_SYSTEMS = new Set(['linux', 'windows', 'darwin', 'freebsd']);
/** What an image for arm without a variant is taken for. */
const ASSUMED_VARIANTS: Readonly<Record<string, string>> = { arm: 'v7', arm64: 'v8', amd64: 'v1' };

/** Reads `os`, `arch`, `os/arch` or `os/arch/variant`; what is left out is this machine's. Throws `bad-platform`. */
export function parsePlatform(text: string, host: Platform = hostPlatform()): Platform {
  const parts = text.toLowerCase().split('/');
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part))) {
    throw registryError(
      'bad-platform',
      `failed to parse the platform ${quoteText(text)}: it is not written as OS/ARCH or OS/ARCH/VARIANT`,
    );
  }
  if (parts.length > 1) return normalise(parts[0]!, parts[1]!, parts[2]);
  if (KNOWN_SYSTEMS.has(parts[0]!)) return { ...host, os: parts[0]! };
  return normalise(host.os, parts[0]!, undefined);
}

/** The platform of this machine. A 32-bit arm is taken for v7, as no other runs a supported Node. */
export function hostPlatform(): Platform {
  return normalise('linux', process.arch, process.arch === 'arm' ? 'v7' : undefined);
}

/** `linux/arm/v7`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return `${os}/${architecture}${variant === undefined || variant === '' ? '' : `/${variant}`}`;
}

/** Whether an image for `offered` runs where `wanted` is wanted: the same, or an older variant of it. */
export function isRunnable(offered: Platform, wanted: Platform): boolean {
  return rank(offered, wanted) >= 0;
}

/** Throws `no-such-platform`, which names the one that the image is for, unless it is `isRunnable`. */
export function assertRunnable(offered: Platform, wanted: Platform): void {
  if (isRunnable(offered, wanted)) return;
  const reason = `the image is for the platform "${formatPlatform(offered)}", not "${formatPlatform(wanted)}"`;
  throw new RegistryTrouble('no-such-platform', reason);
}

/**
 * The one of `choices` that fits the platform best: the same variant, else the newest older one. Throws `no-such-platform`, which
 * names those there are.
 */
export function selectPlatform<T extends { readonly platform?: Platform | undefined }>(
  choices: readonly T[],
  wanted: Platform,
): T {
  let best: { readonly choice: T; readonly rank: number } | undefined;
  for (const choice of choices) {
    const found = choice.platform === undefined ? -1 : rank(choice.platform, wanted);
    if (found >= 0 && found > (best?.rank ?? -1)) best = { choice, rank: found };
  }
  if (best !== undefined) return best.choice;
  const offered = choices.flatMap(({ platform }) =>
    platform === undefined ? [] : [formatPlatform(platform)],
  );
  // What builders attach about an image is listed under this name: it is for no machine.
  const names = [...new Set(offered)].filter((name) => name !== 'unknown/unknown').sort();
  const there = names.length === 0 ? 'it names none' : `there are ${names.map(quoteText).join(', ')}`;
  throw new RegistryTrouble(
    'no-such-platform',
    `the image is not there for the platform "${formatPlatform(wanted)}": ${there}`,
  );
}

/** How well it fits: -1 not at all, else higher is better. */
function rank(offered: Platform, wanted: Platform): number {
  const have = normalise(offered.os, offered.architecture, offered.variant);
  const want = normalise(wanted.os, wanted.architecture, wanted.variant);
  if (have.os !== want.os || have.architecture !== want.architecture) return -1;
  const [mine, asked] = [variantOf(have), variantOf(want)];
  if (mine === asked) return 1000;
  const [older, newer] = [Number(mine.slice(1)), Number(asked.slice(1))];
  return older < newer ? older : -1;
}

function variantOf({ architecture, variant }: Platform): string {
  return variant ?? ASSUMED_VARIANTS[architecture] ?? '';
}

function normalise(os: string, architecture: string, variant: string | undefined): Platform {
  const [name, implied] = ARCHITECTURES[architecture] ?? [architecture];
  const plain = variant === '' ? undefined : variant?.replace(/^(?=\d)/, 'v');
  // The first variant of 64-bit machines is what the name without a variant means.
  const kept = plain === undefined || plain === FIRST[name] ? implied : plain;
  return {
    os: os === 'macos' ? 'darwin' : os,
    architecture: name,
    ...(kept === undefined ? {} : { variant: kept }),
  };
}

const FIRST: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8' };
