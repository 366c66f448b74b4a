import { RuntimeError } from '@mini/contracts';
import { familiarReference, formatReference, parseReference } from '@mini/image-store';
import { openEngine } from '../engine/engine.js';
import { type PullRequest, pullAllTags, pullNamedImage } from '../engine/images/pull-images.js';
import { placeForImages } from '../engine/user-namespace/enter-namespace.js';
import type { Arguments } from './command-line/read-arguments.js';
import { flag, value, withCommon } from './options/plain-option.js';
import { readTlsVerify, TLS_VERIFY } from './options/registry.js';
import { plainCommand } from './plain-command.js';
import { showOrigin } from './transfer/show-missing.js';
import { openTransferView, type TransferView } from './transfer/transfer-view.js';

export const OPTIONS = withCommon(
  flag('-a, --all-tags', 'All tags of the repository'),
  value('--platform', 'OS/ARCH', "The image for this platform, not this machine's"),
  flag('-q, --quiet', 'Say nothing but the name'),
  TLS_VERIFY,
);

/** `mini pull`: progress goes to stderr, the full name to stdout. */
export const runCommand = plainCommand({
  name: 'pull',
  options: OPTIONS,
  operands: { least: 1, most: 1, called: 'the image' },
  place: () => placeForImages(openEngine()),
  async perform(given, io) {
    const name = given.operands[0]!;
    const view = openTransferView(io, given.has('quiet') || given.get('log-format') === 'json');
    const request = readRequest(given, view);
    try {
      if (given.has('all-tags')) {
        assertNoTag(name);
        for await (const { name: each, pull } of pullAllTags(name, request)) {
          io.writeOut(`${await showPull(each, view, pull)}\n`);
        }
      } else {
        const { tag, digest } = parseReference(name);
        if (tag === undefined && digest === undefined) view.say('Using default tag: latest');
        io.writeOut(`${await showPull(name, view, () => pullNamedImage(name, request))}\n`);
      }
    } finally {
      view.end();
    }
    return 0;
  },
});

/** Pulls an image and says what docker says of it. Returns its name in full. */
export async function showPull(
  text: string,
  view: TransferView,
  pull: () => ReturnType<typeof pullNamedImage>,
): Promise<string> {
  showOrigin(text, view);
  const pulled = await pull();
  view.say(`Digest: ${pulled.digest}`);
  const shown = familiarReference(parseReference(pulled.name));
  view.say(`Status: ${pulled.isNew ? 'Downloaded newer image for' : 'Image is up to date for'} ${shown}`);
  return formatReference(parseReference(pulled.name));
}

function readRequest(given: Arguments, { onProgress }: TransferView): PullRequest {
  const platform = given.get('platform');
  return { onProgress, ...readTlsVerify(given), ...(platform === undefined ? {} : { platform }) };
}

function assertNoTag(name: string): void {
  const { tag, digest } = parseReference(name);
  if (tag === undefined && digest === undefined) return;
  throw new RuntimeError({
    code: 'bad-option',
    message: `failed to pull "${name}": a tag cannot be used with --all-tags`,
  });
}
