import { RuntimeError } from '@mini/contracts';
import { familiarForm, findImage } from '@mini/image-store/read';
import { hasLabel } from '../life/filter-containers.js';
import type { ListedImage } from './list-images.js';

/** `--filter KEY=VALUE`; of `until` the value is in milliseconds of the Unix clock. */
export type ImageFilter = readonly [key: string, value: string];

type Test = (listed: ListedImage, value: string, all: readonly ListedImage[]) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  dangling: ({ image }, value) => isTrue('dangling', value) === (image.names.length === 0),
  label: (listed, value) => hasLabel(listed.readConfig()?.config.labels ?? {}, value),
  before: ({ createdMs }, value, all) => createdMs < findIn(all, value).createdMs,
  since: ({ createdMs }, value, all) => createdMs > findIn(all, value).createdMs,
  until: ({ createdMs }, value) => createdMs < Number(value),
  reference: ({ image }, value) => image.names.some((name) => matchesReference(name, value)),
};

/**
 * The images that pass all filters; of several with the same key one is enough, but labels are needed all. Throws
 * `RuntimeError` `bad-filter`, and `no-such-image` for `before` and `since`.
 */
export function filterImages(all: readonly ListedImage[], filters: readonly ImageFilter[]): ListedImage[] {
  for (const [key, value] of filters) {
    if (!Object.hasOwn(TESTS, key)) throw badFilter(key, value, `there is no filter "${key}"`);
    if (key === 'dangling') isTrue(key, value);
  }
  const keys = [...new Set(filters.map(([key]) => key))];
  return all.filter((listed) =>
    keys.every((key) => {
      const values = filters.filter(([other]) => other === key).map(([, value]) => value);
      const passes = (value: string) => TESTS[key]!(listed, value, all);
      return key === 'label' ? values.every(passes) : values.some(passes);
    }),
  );
}

/** Whether a name, in full, is what a pattern means: `alpine`, `alpine:3.*`, `quay.io/*`, with or without the tag. */
export function matchesReference(name: string, pattern: string): boolean {
  const familiar = familiarForm(name);
  const withoutTag = (text: string) => text.slice(0, text.lastIndexOf(':'));
  const regular = toRegular(pattern);
  return [familiar, withoutTag(familiar), name, withoutTag(name)].some((text) => regular.test(text));
}

/** As Go's path.Match: a star stays within a name. */
function toRegular(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  try {
    return new RegExp(`^${escaped}$`);
  } catch {
    throw badFilter('reference', pattern, 'it is no pattern');
  }
}

function isTrue(key: string, value: string): boolean {
  if (/^(?:1|t|true)$/i.test(value)) return true;
  if (/^(?:0|f|false)$/i.test(value)) return false;
  throw badFilter(key, value, 'true or false is needed');
}

function findIn(all: readonly ListedImage[], text: string): ListedImage {
  const found = findImage(
    all.map(({ image }) => image),
    text,
  );
  if (found !== undefined) return all.find(({ image }) => image === found.image)!;
  const message = `failed to find image "${text}": there is none here`;
  throw new RuntimeError({ code: 'no-such-image', message });
}

function badFilter(key: string, value: string, reason: string): RuntimeError<'bad-filter'> {
  return new RuntimeError({
    code: 'bad-filter',
    message: `failed to filter by "${key}=${value}": ${reason}`,
  });
}
