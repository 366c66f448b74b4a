import { quoteText } from '../errors.js';
import type { Descriptor, Platform } from './descriptor.js';
import { isDigest } from './digest.js';
import { ImageProblem } from './image-problem.js';

export type Json = { readonly [key: string]: unknown };

/** Of all documents: as much as registries take for a manifest, and a config with room for a long history. */
export const MOST_DOCUMENT_BYTES = 4 << 20;

/** Go writes `null` for what is empty, so that counts as absent everywhere. */
function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** The object that a document is. `what` names the document in messages: `manifest "sha256:…"`. */
export function parseObject(bytes: Uint8Array, what: string, mostBytes = MOST_DOCUMENT_BYTES): Json {
  if (bytes.length > mostBytes) throw new ImageProblem(`${what} has more than ${mostBytes} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ImageProblem(`${what} is no JSON`);
  }
  return asObject(value, what);
}

export function asObject(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new ImageProblem(`${what} is no object`);
}

export function optionalObject(value: unknown, what: string): Json | undefined {
  return isAbsent(value) ? undefined : asObject(value, what);
}

export function asArray(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ImageProblem(`${what} is no array`);
}

export function asText(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new ImageProblem(`${what} is no text`);
  if (value.includes('\0')) throw new ImageProblem(`${what} holds a NUL`);
  return value;
}

export function optionalText(value: unknown, what: string): string | undefined {
  return isAbsent(value) ? undefined : asText(value, what);
}

export function optionalTexts(value: unknown, what: string): readonly string[] | undefined {
  if (isAbsent(value)) return undefined;
  return asArray(value, what).map((each, index) => asText(each, `${what}[${index}]`));
}

export function optionalTextMap(value: unknown, what: string): Readonly<Record<string, string>> | undefined {
  const object = optionalObject(value, what);
  if (object === undefined) return undefined;
  for (const key in object) {
    // An index has thousands, and the name of one is for a message alone.
    if (!isText(object[key])) asText(object[key], `${what}[${quoteText(key)}]`);
  }
  return object as Readonly<Record<string, string>>;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

/** Keys of an object whose values mean nothing: how images list volumes and ports. */
export function optionalKeys(value: unknown, what: string): readonly string[] | undefined {
  const object = optionalObject(value, what);
  return object && Object.keys(object).map((key) => asText(key, what));
}

export function optionalNumber(value: unknown, what: string): number | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new ImageProblem(`${what} is no whole number from 0 on`);
}

export function asDescriptor(value: unknown, what: string): Descriptor {
  const object = asObject(value, what);
  const { digest } = object;
  if (!isDigest(digest))
    throw new ImageProblem(`${what}.digest ${quoteText(String(digest))} is no sha256 digest`);
  const size = optionalNumber(object.size, `${what}.size`);
  if (size === undefined) throw new ImageProblem(`${what}.size is missing`);
  // What is absent, as most is, and what is right need no name for a message: an index has thousands of these.
  const { mediaType, annotations, platform, urls, artifactType } = object;
  return {
    mediaType: isText(mediaType) ? mediaType : asText(mediaType, `${what}.mediaType`),
    digest,
    size,
    ...(isAbsent(annotations) ? {} : { annotations: optionalTextMap(annotations, `${what}.annotations`)! }),
    ...(isAbsent(platform) ? {} : { platform: asPlatform(platform, `${what}.platform`) }),
    ...(isAbsent(urls) ? {} : { urls: optionalTexts(urls, `${what}.urls`)! }),
    ...(isAbsent(artifactType) ? {} : { artifactType: asText(artifactType, `${what}.artifactType`) }),
  };
}

function asPlatform(value: unknown, what: string): Platform {
  const object = asObject(value, what);
  const variant = optionalText(object.variant, `${what}.variant`);
  return {
    os: asText(object.os, `${what}.os`),
    architecture: asText(object.architecture, `${what}.architecture`),
    ...(variant === undefined ? {} : { variant }),
  };
}
