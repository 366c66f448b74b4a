import { imageStoreError, quoteText } from '../errors.js';

/** `sha256:` and 64 lower-case hexadecimal digits: checked before it becomes part of a path. */
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** What OCI image-spec descriptor.md takes for a digest. */
const GRAMMAR = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

export function isDigest(value: unknown): value is string {
  return typeof value === 'string' && DIGEST.test(value);
}

/** The hexadecimal digits of a digest. Throws `RuntimeError` `bad-digest` for all but `sha256:` and 64 digits. */
export function hexOf(digest: string): string {
  if (DIGEST.test(digest)) return digest.slice('sha256:'.length);
  const reason = GRAMMAR.test(digest)
    ? 'only sha256 with 64 lower-case digits is supported'
    : 'it is no digest';
  throw imageStoreError('bad-digest', `failed to use digest ${quoteText(digest)}: ${reason}`);
}
