import { type ContainerInspection, inspectContainer } from '../engine/life/inspect.js';
import type { Arguments } from './command-line/read-arguments.js';
import { formatEach } from './lists/format-list.js';
import { flag, value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';
import { Problem } from './problem.js';

export const OPTIONS = withCommon(
  value('-f, --format', 'FORMAT', 'json, or a template such as {{.State.Pid}}'),
  flag('-s, --size', 'Show how much it has written too'),
  value('--type', 'TYPE', 'What is meant by the name: container'),
);

/** `mini inspect`: what is found is shown, also when something else is not. */
export const runCommand = plainCommand({
  name: 'inspect',
  options: OPTIONS,
  operands: { least: 1, called: 'the container' },
  perform(given, io, diagnostics) {
    given.parse('type', checkType);
    const found: ContainerInspection[] = [];
    const errors: unknown[] = [];
    for (const name of given.operands) {
      try {
        found.push(inspectContainer(name, { size: given.has('size') }));
      } catch (error) {
        errors.push(error);
      }
    }
    io.writeOut(format(found, given));
    for (const error of errors) diagnostics.error(error);
    return errors.length === 0 ? 0 : 1;
  },
});

function format(found: readonly ContainerInspection[], given: Arguments): string {
  const wanted = given.get('format');
  if (wanted === undefined || wanted === '') return `${JSON.stringify(found, null, 4)}\n`;
  return wanted === 'json' ? `${JSON.stringify(found)}\n` : formatEach(found, wanted);
}

function checkType(type: string): void {
  if (type !== 'container') throw new Problem('there are only containers so far');
}
