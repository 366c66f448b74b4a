import type { Findings } from '../describe/findings.js';
import { checkDevices } from './device-rules.js';
import { checkIdMappings } from './id-mapping-rules.js';
import { checkMounts } from './mount-rules.js';
import { namespaceRules } from './namespace-rules.js';
import { checkProcess } from './process-rules.js';
import { checkResources } from './resource-rules.js';
import type { Rule, SpecDraft } from './rule.js';
import { seccompRules } from './seccomp-rules.js';
import { checkSysctls } from './sysctl-rules.js';
import { checkVersion } from './version.js';

const RULES: readonly Rule<SpecDraft>[] = [
  checkVersion,
  checkMounts,
  ...namespaceRules,
  checkIdMappings,
  checkDevices,
  checkSysctls,
  ...seccompRules,
];

/** All that a config.json must be beyond its shape, as far as it can be told without looking at the machine. */
export function checkSpec(spec: SpecDraft, findings: Findings): void {
  for (const check of RULES) check(spec, findings);
  const { process, linux } = spec;
  if (process !== undefined) {
    findings.within(['process'], () => checkProcess(process, findings));
  }
  const resources = linux?.resources;
  if (resources !== undefined) {
    findings.within(['linux', 'resources'], () => checkResources(resources, findings));
  }
}
