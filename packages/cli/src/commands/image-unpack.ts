import { openEngine } from '../engine/engine.js';
import { unpackImage } from '../engine/images/unpack-image.js';
import { placeForImages } from '../engine/user-namespace/enter-namespace.js';
import { withCommon } from './options/plain-option.js';
import { performOnEach, plainCommand } from './plain-command.js';

export const OPTIONS = withCommon();

/** `mini image unpack`: what the first `run` of an image does that another tool put there. */
export const runCommand = plainCommand({
  name: 'image unpack',
  options: OPTIONS,
  operands: { least: 1, called: 'the image' },
  place: () => placeForImages(openEngine()),
  perform: ({ operands }, io, diagnostics) =>
    performOnEach(operands, io, diagnostics, (name) => unpackImage(openEngine(), name)),
});
