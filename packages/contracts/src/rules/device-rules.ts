import { S_IF } from '../linux.js';
import { isLost, itemsOf, type Rule, type SpecDraft } from './rule.js';

const TYPE_BITS = { c: S_IF.CHR, u: S_IF.CHR, b: S_IF.BLK, p: S_IF.IFO } as const;
const PERMISSION_BITS = 0o7777;

/**
 * mknod(2) needs numbers for all but a FIFO, and takes one type. Who writes documents with the Go types of the
 * runtime-spec leaves out a number that is 0, such as the minor of /dev/sda: one that is missing beside the other is 0.
 */
export const checkDevices: Rule<SpecDraft> = ({ linux }, findings) => {
  for (const [index, device] of itemsOf(linux?.devices)) {
    const { type, fileMode = 0 } = device;
    if (type === undefined) continue;
    const typeBits = fileMode & ~PERMISSION_BITS;
    if (typeBits !== 0 && typeBits !== TYPE_BITS[type]) {
      const reason = `0${fileMode.toString(8)} is not the mode of a device of type "${type}"`;
      findings.addAt(['linux', 'devices', index, 'fileMode'], reason);
    }
    if (type === 'p' || device.major !== undefined || device.minor !== undefined) continue;
    for (const member of ['major', 'minor'] as const) {
      if (isLost(device, member)) continue;
      findings.addAt(['linux', 'devices', index, member], `a device of type "${type}" needs it`);
    }
  }
};
