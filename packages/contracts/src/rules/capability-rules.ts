import { type Findings, quoteText } from '../describe/findings.js';
import type { Draft } from '../describe/shape.js';
import { CAPABILITIES } from '../linux.js';
import type { Capabilities, Process } from '../oci/process.js';
import { isLost, itemsOf } from './rule.js';

const KNOWN = new Set<string>(CAPABILITIES);
const SETS = ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'] as const;

/**
 * Whatever the kernel has no capability of that name for is warned of and left out (config.md, Linux process). The text of
 * version 1.0 made it an error, which no runtime has ever done.
 */
function checkUnknown(set: Draft<Capabilities>, findings: Findings): void {
  for (const name of SETS) {
    for (const [index, capability] of itemsOf(set[name])) {
      if (KNOWN.has(capability)) continue;
      const reason = `${quoteText(capability)} is not a capability of capabilities(7) and is left out`;
      findings.warnAt(['capabilities', name, index], reason);
    }
  }
}

/** capset(2) refuses an effective set that is not part of the permitted one. */
function checkEffective(set: Draft<Capabilities>, findings: Findings): void {
  const { effective, permitted } = set;
  if (isLost(set, 'permitted')) return;
  const allowed = new Set<string | undefined>(permitted);
  for (const [index, capability] of itemsOf(effective)) {
    if (allowed.has(capability) || !KNOWN.has(capability)) continue;
    findings.addAt(['capabilities', 'effective', index], `"${capability}" is not in the permitted set`);
  }
}

/** The rules of `process.capabilities`, below the process where `findings` is. */
export function checkCapabilities(capabilities: Draft<Capabilities>, findings: Findings): void {
  checkUnknown(capabilities, findings);
  checkEffective(capabilities, findings);
}

/** The process without the capabilities that were warned of: its type promises known ones. */
export function keepKnownCapabilities(process: Process): Process {
  const { capabilities } = process;
  if (capabilities === undefined) return process;
  const hasUnknown = SETS.some((set) => capabilities[set]?.some((name) => !KNOWN.has(name)));
  if (!hasUnknown) return process;
  const sets = SETS.filter((set) => capabilities[set] !== undefined);
  const known = sets.map((set) => [set, capabilities[set]!.filter((name) => KNOWN.has(name))]);
  return { ...process, capabilities: Object.fromEntries(known) as Capabilities };
}
