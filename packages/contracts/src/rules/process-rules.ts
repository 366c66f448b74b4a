import type { Findings } from '../describe/findings.js';
import type { Draft } from '../describe/shape.js';
import type { Process } from '../oci/process.js';
import { checkCapabilities } from './capability-rules.js';
import { checkDuplicates } from './duplicates.js';
import { itemsOf, type Rule } from './rule.js';
import { checkScheduling } from './scheduling-rules.js';

type ProcessDraft = Draft<Process>;

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

/** The rules of `process`, which is where `findings` is. */
export function checkProcess(process: ProcessDraft, findings: Findings): void {
  for (const check of [checkRlimits, checkConsole, checkScheduling]) check(process, findings);
  if (process.capabilities !== undefined) checkCapabilities(process.capabilities, findings);
}
