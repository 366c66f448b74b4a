import { renameContainer } from '../engine/life/rename.js';
import { withCommon } from './options/plain-option.js';
import { parseName } from './parse/identity.js';
import { plainCommand } from './plain-command.js';
import { collect, type Failure, quote, throwFailures } from './problem.js';

export const OPTIONS = withCommon();

/** `mini rename`. */
export const runCommand = plainCommand({
  name: 'rename',
  options: OPTIONS,
  operands: { least: 2, most: 2, called: 'the container or its new name' },
  perform({ operands: [container, name] }) {
    const failures: Failure[] = [];
    const parsed = collect(failures, `the name ${quote(name!)}`, () => parseName(name!));
    throwFailures(failures);
    renameContainer(container!, parsed!);
    return 0;
  },
});
