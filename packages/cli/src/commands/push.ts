import { RuntimeError } from '@mini/contracts';
import {
  familiarReference,
  formatReference,
  type ImageReference,
  parseReference,
  withDefaultTag,
} from '@mini/image-store';
import { listLocalTags, type PushRequest, pushNamedImage } from '../engine/images/push-images.js';
import type { CommandIo } from './command.js';
import type { Arguments } from './command-line/read-arguments.js';
import { flag, value, withCommon } from './options/plain-option.js';
import { readTlsVerify, TLS_VERIFY } from './options/registry.js';
import { plainCommand } from './plain-command.js';
import { openTransferView, type TransferView } from './transfer/transfer-view.js';

export const OPTIONS = withCommon(
  flag('-a, --all-tags', 'All tags of the repository that are here'),
  value('--platform', 'OS/ARCH', 'The image for this platform alone, none that is for another'),
  flag('-q, --quiet', 'Say nothing but the name'),
  TLS_VERIFY,
);

/** `mini push`: progress goes to stderr, digest and size to stdout. */
export const runCommand = plainCommand({
  name: 'push',
  options: OPTIONS,
  operands: { least: 1, most: 1, called: 'the image' },
  async perform(given, io) {
    const name = given.operands[0]!;
    const references = given.has('all-tags') ? listTags(name) : [withDefaultTag(parseReference(name))];
    const view = openTransferView(io, given.has('quiet') || given.get('log-format') === 'json');
    const { domain, path } = references[0]!;
    view.say(`The push refers to repository [${domain}/${path}]`);
    try {
      for (const reference of references) await pushOne(reference, given, view, io);
    } finally {
      view.end();
    }
    return 0;
  },
});

async function pushOne(
  reference: ImageReference,
  given: Arguments,
  view: TransferView,
  io: CommandIo,
): Promise<void> {
  const name = formatReference(reference);
  const { descriptor, partOf } = await pushNamedImage(name, readRequest(given, view));
  // What is printed stands below the lines of progress, which are then done with.
  view.end();
  const { digest, size } = descriptor;
  const short = reference.tag ?? reference.digest;
  io.writeOut(given.has('quiet') ? `${name}\n` : `${short}: digest: ${digest} size: ${size}\n`);
  if (partOf === undefined || given.get('platform') !== undefined) return;
  view.say(`Only the image for one platform was pushed: the others of ${partOf} are not kept here`);
}

function readRequest(given: Arguments, { onProgress }: TransferView): PushRequest {
  const platform = given.get('platform');
  return { onProgress, ...readTlsVerify(given), ...(platform === undefined ? {} : { platform }) };
}

function listTags(name: string): ImageReference[] {
  const { tag, digest } = parseReference(name);
  const refuse = (reason: string) =>
    new RuntimeError({ code: 'bad-option', message: `failed to push "${name}": ${reason}` });
  if (tag !== undefined || digest !== undefined) throw refuse('a tag cannot be used with --all-tags');
  const references = listLocalTags(name);
  if (references.length === 0) {
    throw refuse(`there is no image of "${familiarReference(parseReference(name))}" here`);
  }
  return references;
}
