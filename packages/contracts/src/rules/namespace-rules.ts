import { checkDuplicates } from './duplicates.js';
import { hasNamespace, type Rule, type SpecDraft } from './rule.js';

/** __NEW_UTS_LEN of the kernel. */
const MAX_NAME_BYTES = 64;

const checkTypes: Rule<SpecDraft> = ({ linux }, findings) =>
  checkDuplicates(
    (linux?.namespaces ?? []).map((namespace) => namespace?.type),
    (index) => ['linux', 'namespaces', index, 'type'],
    findings,
  );

/** Without a UTS namespace of its own a container would rename the host. */
const checkNames: Rule<SpecDraft> = (spec, findings) => {
  for (const member of ['hostname', 'domainname'] as const) {
    const name = spec[member] ?? '';
    if (name === '') continue;
    if (!hasNamespace(spec, 'uts')) findings.addAt([member], 'it needs a namespace of type "uts"');
    const bytes = Buffer.byteLength(name);
    if (bytes > MAX_NAME_BYTES)
      findings.addAt([member], `it has ${bytes} bytes, at most ${MAX_NAME_BYTES} fit`);
  }
};

/** Offsets are set before the first process is in the namespace: a joined one has its own already. */
const checkTimeOffsets: Rule<SpecDraft> = ({ linux }, findings) => {
  if (linux?.timeOffsets === undefined || Object.keys(linux.timeOffsets).length === 0) return;
  const isNew = linux.namespaces?.some((one) => one?.type === 'time' && one.path === undefined);
  if (isNew !== true) findings.addAt(['linux', 'timeOffsets'], 'it needs a new namespace of type "time"');
};

/** An interface is moved into a network namespace; there two cannot have one name. */
const checkNetDevices: Rule<SpecDraft> = (spec, findings) => {
  const devices = Object.entries(spec.linux?.netDevices ?? {});
  if (devices.length === 0) return;
  if (!hasNamespace(spec, 'network')) {
    findings.addAt(['linux', 'netDevices'], 'it needs a namespace of type "network"');
  }
  checkDuplicates(
    devices.map(([host, device]) => device?.name ?? host),
    (index) => ['linux', 'netDevices', [devices[index]![0]]],
    findings,
  );
};

/** Namespaces, and what needs one. */
export const namespaceRules = [checkTypes, checkNames, checkTimeOffsets, checkNetDevices];
