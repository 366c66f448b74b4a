import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reasonOf } from '@mini/contracts';
import type { OciCommand } from '../command.js';
import { toggle, valued } from '../command-line/flag.js';
import { buildExampleSpec } from '../example-spec.js';
import { ociError } from '../oci-error.js';

/** `mini-oci spec`: writes a configuration to begin with. */
export const specCommand: OciCommand = {
  flags: [
    valued('b, bundle', 'DIR', 'where to write config.json (the current directory)'),
    valued('f, file', 'FILE', 'name of the file (config.json)'),
    toggle('rootless', 'a configuration for an ordinary user'),
  ],
  operands: { least: 0, most: 0 },
  perform(given) {
    const path = resolve(given.get('bundle') || '.', given.get('file') || 'config.json');
    if (existsSync(path)) {
      throw ociError('bad-bundle', `failed to write "${path}": it exists already`, {
        hint: 'remove it first',
      });
    }
    const caller = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
    const spec = buildExampleSpec(given.is('rootless') ? caller : undefined);
    try {
      writeFileSync(path, `${JSON.stringify(spec, null, '\t')}\n`, { flag: 'wx' });
    } catch (error) {
      throw ociError('bad-bundle', `failed to write "${path}": ${reasonOf(error)}`, { cause: error });
    }
    return 0;
  },
};
