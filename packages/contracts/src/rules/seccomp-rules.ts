import type { Findings, Segment } from '../describe/findings.js';
import { isLost, itemsOf, type Rule, type SpecDraft } from './rule.js';

/** Actions that carry an errno, see seccomp(2). */
const WITH_ERRNO: readonly string[] = ['SCMP_ACT_ERRNO', 'SCMP_ACT_TRACE'];
const NOTIFY = 'SCMP_ACT_NOTIFY';

function checkErrno(
  action: string | undefined,
  errno: number | undefined,
  place: readonly Segment[],
  findings: Findings,
): void {
  if (action === undefined || errno === undefined || WITH_ERRNO.includes(action)) return;
  findings.addAt(['linux', 'seccomp', ...place], `${action} has no errno`);
}

/** A listener is told of each call: somebody must be there to hear, and the call that hands it over must pass. */
const checkListener: Rule<SpecDraft> = ({ linux }, findings) => {
  const seccomp = linux?.seccomp ?? {};
  const { defaultAction, syscalls, listenerPath, listenerMetadata } = seccomp;
  const path = ['linux', 'seccomp'];
  const hasNone = listenerPath === undefined && !isLost(seccomp, 'listenerPath');
  if (defaultAction === NOTIFY) findings.addAt([...path, 'defaultAction'], `${NOTIFY} cannot be the default`);
  if (listenerMetadata !== undefined && hasNone) {
    findings.addAt([...path, 'listenerMetadata'], 'it needs a listenerPath');
  }
  for (const [index, { action, names }] of itemsOf(syscalls)) {
    if (action !== NOTIFY) continue;
    const place = [...path, 'syscalls', index];
    if (hasNone) findings.addAt([...place, 'action'], `${NOTIFY} needs a listenerPath`);
    for (const [at, name] of itemsOf(names)) {
      if (name !== 'write' && name !== 'sendmsg') continue;
      findings.addAt([...place, 'names', at], `${NOTIFY} for "${name}" would stop the start itself`);
    }
  }
};

const checkErrnos: Rule<SpecDraft> = ({ linux }, findings) => {
  const { defaultAction, defaultErrnoRet, syscalls } = linux?.seccomp ?? {};
  checkErrno(defaultAction, defaultErrnoRet, ['defaultErrnoRet'], findings);
  for (const [index, { action, errnoRet }] of itemsOf(syscalls)) {
    checkErrno(action, errnoRet, ['syscalls', index, 'errnoRet'], findings);
  }
};

/** config-linux.md, seccomp. */
export const seccompRules = [checkListener, checkErrnos];
