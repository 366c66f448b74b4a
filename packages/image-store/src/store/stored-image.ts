import type { Descriptor } from '../document/descriptor.js';
import {
  formatReference,
  isFullName,
  parseReference,
  shortenFullName,
  withDefaultTag,
} from '../registry/reference/image-reference.js';
import { ANNOTATION } from './image-index.js';

/** An image of the store. */
export interface StoredImage {
  /** Of its manifest; of an index that another tool put there. */
  readonly descriptor: Descriptor;
  /** In full, such as `docker.io/library/alpine:latest`; none when another image took them. */
  readonly names: readonly string[];
  /** Such as `docker.io/library/alpine@sha256:…`. */
  readonly repoDigests: readonly string[];
  /** What follows from its documents; absent for one that another tool put there. */
  readonly about?: ImageAbout;
}

export interface ImageAbout {
  /** The digest of its config, by which people know it. */
  readonly id: string;
  /** Of the Unix clock; `undefined` when it does not say. */
  readonly createdMs: number | undefined;
  /** Of its files, unpacked. */
  readonly sizeBytes: number;
}

/** The images that an index.json lists: entries for one manifest are one image. In the order of the index. */
export function listImages(entries: readonly Descriptor[]): StoredImage[] {
  const images = new Map<string, StoredImage>();
  for (const entry of entries) {
    const known = images.get(entry.digest);
    images.set(entry.digest, known === undefined ? toImage(entry) : merge(known, toImage(entry)));
  }
  return [...images.values()];
}

function toImage(entry: Descriptor): StoredImage {
  const name = nameOf(entry);
  const about = aboutOf(entry);
  return {
    descriptor: withoutAnnotations(entry),
    names: name === undefined ? [] : [name],
    repoDigests: repoDigestsOf(entry),
    ...(about === undefined ? {} : { about }),
  };
}

function merge(known: StoredImage, other: StoredImage): StoredImage {
  const about = known.about ?? other.about;
  return {
    descriptor: known.descriptor,
    names: [...known.names, ...other.names],
    repoDigests: [...new Set([...known.repoDigests, ...other.repoDigests])],
    ...(about === undefined ? {} : { about }),
  };
}

/** The entries that stand for an image in index.json, one for each of its names. */
export function toEntries({ descriptor, names, repoDigests, about }: StoredImage): Descriptor[] {
  const own = {
    ...(about === undefined
      ? {}
      : {
          [ANNOTATION.id]: about.id,
          [ANNOTATION.sizeBytes]: String(about.sizeBytes),
          ...(about.createdMs === undefined
            ? {}
            : { [ANNOTATION.created]: new Date(about.createdMs).toISOString() }),
        }),
    ...(repoDigests.length === 0 ? {} : { [ANNOTATION.repoDigests]: repoDigests.join(' ') }),
  };
  if (names.length === 0) return [{ ...descriptor, annotations: own }];
  return names.map((name) => ({
    ...descriptor,
    annotations: { ...own, [ANNOTATION.refName]: name, [ANNOTATION.fullName]: name },
  }));
}

/** The name that an entry gives its image, in full; what is no name is none. */
export function nameOf({ annotations = {} }: Descriptor): string | undefined {
  const text = annotations[ANNOTATION.fullName] ?? annotations[ANNOTATION.refName];
  return text === undefined ? undefined : normalizeName(text);
}

/** `undefined` for a text that is no name. A mere tag, as some tools write it, is none: it says nothing of the image. */
export function normalizeName(text: string): string | undefined {
  if (isFullName(text)) return text;
  try {
    return formatReference(withDefaultTag(parseReference(text)));
  } catch {
    return undefined;
  }
}

/** A name in full, as docker shows it. */
export function familiarForm(name: string): string {
  return shortenFullName(name);
}

function aboutOf({ annotations = {} }: Descriptor): ImageAbout | undefined {
  const id = annotations[ANNOTATION.id];
  const sizeBytes = Number(annotations[ANNOTATION.sizeBytes]);
  if (id === undefined || !Number.isSafeInteger(sizeBytes)) return undefined;
  const created = Date.parse(annotations[ANNOTATION.created] ?? '');
  return { id, sizeBytes, createdMs: Number.isNaN(created) ? undefined : created };
}

function repoDigestsOf({ annotations = {} }: Descriptor): string[] {
  const text = annotations[ANNOTATION.repoDigests];
  return text === undefined ? [] : [...new Set(text.split(' ').filter((each) => each !== ''))];
}

function withoutAnnotations({ annotations: _, ...rest }: Descriptor): Descriptor {
  return rest;
}
