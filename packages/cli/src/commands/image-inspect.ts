import { type ImageInspection, inspectImage } from '../engine/images/inspect-image.js';
import { showInspections } from './lists/show-inspections.js';
import { value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(value('-f, --format', 'FORMAT', 'json, or a template such as {{.Id}}'));

/** `mini image inspect`: what is found is shown, also when something else is not. */
export const runCommand = plainCommand({
  name: 'image inspect',
  options: OPTIONS,
  operands: { least: 1, called: 'the image' },
  async perform(given, io, diagnostics) {
    const found: ImageInspection[] = [];
    const errors: unknown[] = [];
    for (const name of given.operands) {
      try {
        found.push(await inspectImage(name));
      } catch (error) {
        errors.push(error);
      }
    }
    io.writeOut(showInspections(found, given.get('format')));
    for (const error of errors) diagnostics.error(error);
    return errors.length === 0 ? 0 : 1;
  },
});
