import { inspectVolume, type VolumeInspection } from '../engine/volumes/inspect-volume.js';
import { showInspections } from './lists/show-inspections.js';
import { value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  value('-f, --format', 'FORMAT', 'json, or a template such as {{.Mountpoint}}'),
);

/** `mini volume inspect`: what is found is shown, also when something else is not. */
export const runCommand = plainCommand({
  name: 'volume inspect',
  options: OPTIONS,
  operands: { least: 1, called: 'the volume' },
  perform(given, io, diagnostics) {
    const found: VolumeInspection[] = [];
    const errors: unknown[] = [];
    for (const name of given.operands) {
      try {
        found.push(inspectVolume(name));
      } catch (error) {
        errors.push(error);
      }
    }
    io.writeOut(showInspections(found, given.get('format')));
    for (const error of errors) diagnostics.error(error);
    return errors.length === 0 ? 0 : 1;
  },
});
