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
import { flag, withCommon } from './options/plain-option.js';
import { readTlsVerify, TLS_VERIFY } from './options/registry.js';
import { plainCommand } from './plain-command.js';
import { openTransferView } from './transfer/transfer-view.js';

export const OPTIONS = withCommon(
  flag('-a, --all-tags', 'All tags of the repository that are here'),
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
    const isQuiet = given.has('quiet');
    const references = given.has('all-tags') ? listTags(name) : [withDefaultTag(parseReference(name))];
    const view = openTransferView(io, isQuiet || given.get('log-format') === 'json');
    const { domain, path } = references[0]!;
    view.say(`The push refers to repository [${domain}/${path}]`);
    try {
      for (const reference of references) {
        await pushOne(reference, { onProgress: view.onProgress, ...readTlsVerify(given) }, isQuiet, io);
        view.end();
      }
    } finally {
      view.end();
    }
    return 0;
  },
});

async function pushOne(
  reference: ImageReference,
  request: PushRequest,
  isQuiet: boolean,
  io: CommandIo,
): Promise<void> {
  const name = formatReference(reference);
  const { digest, size } = await pushNamedImage(name, request);
  io.writeOut(
    isQuiet ? `${name}\n` : `${reference.tag ?? reference.digest}: digest: ${digest} size: ${size}\n`,
  );
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
