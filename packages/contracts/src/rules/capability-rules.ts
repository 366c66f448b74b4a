import type { Findings } from '../describe/findings.js';
import type { Draft } from '../describe/shape.js';
import { CAPABILITIES } from '../linux.js';
import type { Capabilities, Process } from '../oci/process.js';
import { checkDuplicates } from './duplicates.js';
import { isLost, itemsOf } from './rule.js';

const KNOWN = new Set<string>(CAPABILITIES);
const SETS = ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'] as const;

/** An unknown capability is an error in version 1.0, and from 1.1 on a warning (config.md, Linux process). */
function checkUnknown(set: Draft<Capabilities>, minor: number, findings: Findings): void {
  for (const name of SETS) {
    for (const [index, capability] of itemsOf(set[name])) {
      if (KNOWN.has(capability)) continue;
      const path = ['capabilities', name, index];
      const reason = `"${capability}" is not a capability of capabilities(7)`;
      if (minor === 0) findings.addAt(path, reason);
      else findings.warnAt(path, `${reason} and is left out`);
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
export function checkCapabilities(
  capabilities: Draft<Capabilities>,
  minor: number,
  findings: Findings,
): void {
  for (const set of SETS) {
    checkDuplicates(capabilities[set] ?? [], (index) => ['capabilities', set, index], findings);
  }
  checkUnknown(capabilities, minor, findings);
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
