import type { OciCommand } from '../command.js';
import { describeFeatures } from '../describe-features.js';

/** `mini-oci features`. Source: OCI runtime-spec, features.md. */
export const featuresCommand: OciCommand = {
  flags: [],
  operands: { least: 0, most: 0 },
  perform(_, context) {
    context.writeOut(`${JSON.stringify(describeFeatures(), null, 2)}\n`);
    return 0;
  },
};
