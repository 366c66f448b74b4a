import test from 'ava';
import type { Platform } from '../../../src/document/descriptor.js';
import {
  formatPlatform,
  hostPlatform,
  isRunnable,
  parsePlatform,
  selectPlatform,
} from '../../../src/registry/reference/platform.js';

const AMD64: Platform = { os: 'linux', architecture: 'amd64' };

test('platforms are read in every usual spelling', (t) => {
  const table: readonly [string, string][] = [
    ['linux/amd64', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['LINUX/AMD64', 'linux/amd64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm/v7', 'linux/arm/v7'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['arm64', 'linux/arm64'],
    ['linux', 'linux/amd64'],
    ['windows', 'windows/amd64'],
  ];
  for (const [text, expected] of table) t.is(formatPlatform(parsePlatform(text, AMD64)), expected, text);
  for (const text of ['', 'linux/', 'a/b/c/d', 'linux/am d64', '/amd64']) {
    t.is(
      t.throws(() => parsePlatform(text)).message,
      `failed to parse the platform "${text}": it is not written as OS/ARCH or OS/ARCH/VARIANT`,
    );
  }
  t.is(hostPlatform().os, 'linux');
});

const offer = (...names: string[]) => names.map((name) => ({ name, platform: parsePlatform(name) }));

test('the best of the fitting platforms is taken', (t) => {
  const table: readonly [offered: string[], wanted: string, taken: string][] = [
    [['linux/386', 'linux/amd64'], 'linux/amd64', 'linux/amd64'],
    [['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7'], 'linux/arm/v7', 'linux/arm/v7'],
    [['linux/arm/v5', 'linux/arm/v6'], 'linux/arm/v7', 'linux/arm/v6'],
    [['linux/arm'], 'linux/arm/v7', 'linux/arm'],
    [['linux/amd64/v3', 'linux/amd64'], 'linux/amd64', 'linux/amd64'],
    [['linux/amd64', 'linux/amd64/v2', 'linux/amd64/v4'], 'linux/amd64/v3', 'linux/amd64/v2'],
    [['linux/arm64'], 'linux/arm64/v8', 'linux/arm64'],
  ];
  for (const [offered, wanted, taken] of table) {
    t.is(selectPlatform(offer(...offered), parsePlatform(wanted)).name, taken, `${offered} for ${wanted}`);
  }
  t.false(isRunnable(parsePlatform('linux/arm/v7'), parsePlatform('linux/arm/v6')));
  t.false(isRunnable(parsePlatform('windows/amd64'), AMD64));
});

test('a platform that is missing names those there are', (t) => {
  const offered = [
    ...offer('linux/arm64', 'linux/386'),
    { platform: { os: 'unknown', architecture: 'unknown' } },
    {},
  ];
  t.is(
    t.throws(() => selectPlatform(offered, AMD64)).message,
    'the image is not there for the platform "linux/amd64": there are "linux/386", "linux/arm64"',
  );
  t.is(
    t.throws(() => selectPlatform([], AMD64)).message,
    'the image is not there for the platform "linux/amd64": it names none',
  );
});
