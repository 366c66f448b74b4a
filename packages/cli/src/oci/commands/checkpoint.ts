import type { OciCommand } from '../command.js';
import { ociError } from '../oci-error.js';

/** `mini-oci checkpoint` and `restore`, whatever is asked of them. */
export const checkpointCommand: OciCommand = {
  flags: [],
  operands: { least: 0, most: Infinity, stopAt: 0 },
  perform() {
    throw ociError('unsupported', 'failed to checkpoint or restore a container: mini-oci does not do that', {
      hint: 'use a runtime with CRIU for it, such as runc or crun',
    });
  },
};
