import { familiarForm } from '@mini/image-store/read';
import type { ListedImage } from '../../engine/images/list-images.js';
import type { ListShape, Row } from './format-list.js';
import { describeDuration, describeSize, describeTime } from './human.js';

const HEADINGS = {
  Containers: 'CONTAINERS',
  CreatedAt: 'CREATED AT',
  CreatedSince: 'CREATED',
  Digest: 'DIGEST',
  ID: 'IMAGE ID',
  Repository: 'REPOSITORY',
  SharedSize: 'SHARED SIZE',
  Size: 'SIZE',
  Tag: 'TAG',
  UniqueSize: 'UNIQUE SIZE',
  VirtualSize: 'SIZE',
};

/** What `images` shows. */
export const IMAGE_LIST: ListShape = {
  headings: HEADINGS,
  table: 'table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}',
};

export const IMAGE_DIGEST_TABLE =
  'table {{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}';

export interface ImageRowOptions {
  readonly nowMs: number;
  readonly isWhole: boolean;
}

const NONE = '<none>';
const SHORT_ID = 12;

/** The lines of an image: one for each of its names, or for where it came from, or one without a name. */
export function describeImage(listed: ListedImage, options: ImageRowOptions): Row[] {
  const { names, repoDigests } = listed.image;
  if (names.length > 0) return names.map((name) => describeName(listed, options, ...splitName(name)));
  const repositories = new Set(repoDigests.map((each) => familiarForm(each).replace(/@.*/, '')));
  if (repositories.size === 0) return [describeName(listed, options, NONE, NONE)];
  return [...repositories].map((repository) => describeName(listed, options, repository, NONE));
}

/** Of a name in full, repository and tag as docker shows them. */
function splitName(name: string): [repository: string, tag: string] {
  const familiar = familiarForm(name);
  const colon = familiar.lastIndexOf(':');
  return [familiar.slice(0, colon), familiar.slice(colon + 1)];
}

function describeName(
  { image, id, createdMs, sizeBytes }: ListedImage,
  { nowMs, isWhole }: ImageRowOptions,
  repository: string,
  tag: string,
): Row {
  const size = () => describeSize(sizeBytes);
  return {
    Containers: 'N/A',
    CreatedAt: () => (createdMs === 0 ? 'N/A' : describeTime(createdMs)),
    CreatedSince: () => (createdMs === 0 ? 'N/A' : `${describeDuration(nowMs - createdMs)} ago`),
    Digest: () => digestOf(image.repoDigests, repository),
    ID: isWhole ? id : id.slice('sha256:'.length).slice(0, SHORT_ID),
    Repository: repository,
    SharedSize: 'N/A',
    Size: size,
    Tag: tag,
    UniqueSize: 'N/A',
    VirtualSize: size,
  };
}

function digestOf(repoDigests: readonly string[], repository: string): string {
  const found = repoDigests.map(familiarForm).find((each) => each.startsWith(`${repository}@`));
  return found?.slice(repository.length + 1) ?? NONE;
}
