import { quoteText } from '../describe/findings.js';
import type { Rule, SpecDraft } from './rule.js';

/** The newest minor version of the runtime-spec 1 whose fields are described here. */
export const NEWEST_MINOR = 3;

const SEMVER =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/** Major and minor of a version; `undefined` when it is none of semver.org 2.0.0. */
export function parseVersion(version: string): { major: number; minor: number } | undefined {
  const found = SEMVER.exec(version);
  return found === null ? undefined : { major: Number(found[1]), minor: Number(found[2]) };
}

/** A runtime must refuse a version that it does not support (runtime.md, create). */
export const checkVersion: Rule<SpecDraft> = ({ ociVersion }, findings) => {
  if (ociVersion === undefined) return;
  const version = parseVersion(ociVersion);
  if (version === undefined) {
    findings.addAt(['ociVersion'], `${quoteText(ociVersion)} is not a version such as "1.2.0"`);
  } else if (version.major !== 1 || version.minor > NEWEST_MINOR) {
    findings.addAt(['ociVersion'], `version ${quoteText(ociVersion)} is not one of 1.0 to 1.${NEWEST_MINOR}`);
  }
};
