import type { Findings } from '../describe/findings.js';
import type { Draft } from '../describe/shape.js';
import { CAPABILITIES } from '../linux.js';
import type { Capabilities, Process } from '../oci/process.js';
import { checkDuplicates } from './duplicates.js';
import { isLost, itemsOf, type Rule } from './rule.js';
import { checkScheduling } from './scheduling-rules.js';

type ProcessDraft = Draft<Process>;

const KNOWN = new Set<string>(CAPABILITIES);
const SETS = ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'] as const;
/** struct winsize of ioctl_tty(2) has 16 bits for each. */
const MAX_CONSOLE = 65_535;

/** setrlimit(2) refuses a soft limit above the hard one, and config.md the same resource twice. */
const checkRlimits: Rule<ProcessDraft> = ({ rlimits }, findings) => {
  if (rlimits === undefined) return;
  checkDuplicates(
    rlimits.map((rlimit) => rlimit?.type),
    (index) => ['rlimits', index, 'type'],
    findings,
  );
  for (const [index, { soft, hard }] of itemsOf(rlimits)) {
    if (soft !== undefined && hard !== undefined && soft > hard) {
      findings.addAt(['rlimits', index, 'soft'], `${soft} is more than the hard limit of ${hard}`);
    }
  }
};

const checkConsole: Rule<ProcessDraft> = ({ terminal, consoleSize }, findings) => {
  // Without a terminal the size must be ignored, however odd it is (config.md, process).
  if (terminal !== true || consoleSize === undefined) return;
  for (const side of ['height', 'width'] as const) {
    const size = consoleSize[side];
    if (size !== undefined && size > MAX_CONSOLE) {
      findings.addAt(['consoleSize', side], `${size} is not a whole number from 0 to ${MAX_CONSOLE}`);
    }
  }
};

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

function checkCapabilities({ capabilities }: ProcessDraft, minor: number, findings: Findings): void {
  if (capabilities === undefined) return;
  for (const set of SETS) {
    checkDuplicates(capabilities[set] ?? [], (index) => ['capabilities', set, index], findings);
  }
  checkUnknown(capabilities, minor, findings);
  checkEffective(capabilities, findings);
}

/** The rules of `process`, which is where `findings` is; `minor` is the version of the document. */
export function checkProcess(process: ProcessDraft, minor: number, findings: Findings): void {
  for (const check of [checkRlimits, checkConsole, checkScheduling]) check(process, findings);
  checkCapabilities(process, minor, findings);
}
