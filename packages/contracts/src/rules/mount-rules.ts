import { type Findings, quoteText } from '../describe/findings.js';
import type { Draft } from '../describe/shape.js';
import type { Mount } from '../oci/mounts.js';
import { checkMappings } from './id-mapping-rules.js';
import { hasNamespace, isLost, itemsOf, type Rule, type SpecDraft } from './rule.js';

/** Deprecated since it was allowed in version 1.2. Before that the text forbade it, and every runtime took it. */
function checkDestination({ destination }: Draft<Mount>, index: number, findings: Findings): void {
  if (destination === undefined || destination.startsWith('/')) return;
  const reason = `${quoteText(destination)} is a relative path, which is deprecated, and taken from "/"`;
  findings.warnAt(['mounts', index, 'destination'], reason);
}

/** A directory of the host is named by `source` alone. */
function checkSource(mount: Draft<Mount>, index: number, findings: Findings): void {
  const { source, type, options } = mount;
  const isBind = type === 'bind' || options?.some((option) => option === 'bind' || option === 'rbind');
  if (isBind === true && (source ?? '') === '' && !isLost(mount, 'source')) {
    findings.addAt(['mounts', index, 'source'], 'a bind mount needs it');
  }
}

/** config.md, mounts: both lists or neither, and `idmap` without lists takes those of the user namespace. */
function checkIdmap(mount: Draft<Mount>, hasUserNamespace: boolean, index: number, findings: Findings): void {
  const { uidMappings, gidMappings, options } = mount;
  checkMappings(uidMappings, ['mounts', index, 'uidMappings'], findings);
  checkMappings(gidMappings, ['mounts', index, 'gidMappings'], findings);
  if (isLost(mount, 'uidMappings') || isLost(mount, 'gidMappings')) return;
  if ((uidMappings === undefined) !== (gidMappings === undefined)) {
    const missing = uidMappings === undefined ? 'uidMappings' : 'gidMappings';
    findings.addAt(['mounts', index, missing], 'uidMappings and gidMappings need one another');
  }
  const place = options?.findIndex((option) => option === 'idmap' || option === 'ridmap') ?? -1;
  if (place >= 0 && uidMappings === undefined && gidMappings === undefined && !hasUserNamespace) {
    const reason = `"${options![place]}" needs mappings or a namespace of type "user"`;
    findings.addAt(['mounts', index, 'options', place], reason);
  }
}

export const checkMounts: Rule<SpecDraft> = (spec, findings) => {
  const hasUserNamespace = hasNamespace(spec, 'user');
  for (const [index, mount] of itemsOf(spec.mounts)) {
    checkDestination(mount, index, findings);
    checkSource(mount, index, findings);
    checkIdmap(mount, hasUserNamespace, index, findings);
  }
};
