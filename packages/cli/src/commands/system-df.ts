import { type DiskUsage, type MeasuredVolume, measureDiskUsage } from '../engine/images/disk-usage.js';
import { CONTAINER_LIST, describeContainer } from './lists/container-row.js';
import { formatList, type ListShape, type Row } from './lists/format-list.js';
import { describeSize } from './lists/human.js';
import { describeImage, IMAGE_LIST } from './lists/image-row.js';
import { VOLUME_LIST, VOLUME_USAGE_TABLE } from './lists/volume-row.js';
import { flag, value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  value('--format', 'FORMAT', 'json, table, or a template such as {{.Type}} {{.Size}}'),
  flag('-v, --verbose', 'Show each image, container and volume'),
);

const USAGE_LIST: ListShape = {
  headings: { Active: 'ACTIVE', Reclaimable: 'RECLAIMABLE', Size: 'SIZE', TotalCount: 'TOTAL', Type: 'TYPE' },
  table: 'table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}',
};

const VOLUME_USAGE_LIST: ListShape = { ...VOLUME_LIST, table: VOLUME_USAGE_TABLE };

/** `mini system df`. */
export const runCommand = plainCommand({
  name: 'system df',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  perform(given, io) {
    const usage = measureDiskUsage();
    const isVerbose = given.has('verbose') && given.get('format') === undefined;
    io.writeOut(
      isVerbose ? showEach(usage) : formatList(USAGE_LIST, describeUsage(usage), given.get('format')),
    );
    return 0;
  },
});

function describeUsage({ images, imageBytes, containers, volumes }: DiskUsage): Row[] {
  const usedImages = images.filter((image) => image.containers > 0);
  const freeBytes = images
    .filter((image) => image.containers === 0)
    .reduce((sum, { uniqueBytes }) => sum + uniqueBytes, 0);
  const stopped = containers.filter(({ listed: { status } }) => status === 'exited' || status === 'created');
  const unusedVolumes = volumes.filter(({ links }) => links === 0);
  const bytesOf = (list: readonly { readonly bytes: number }[]) =>
    list.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    describeType('Images', images.length, usedImages.length, imageBytes, freeBytes),
    describeType(
      'Containers',
      containers.length,
      containers.length - stopped.length,
      bytesOf(containers),
      bytesOf(stopped),
    ),
    describeType(
      'Local Volumes',
      volumes.length,
      volumes.length - unusedVolumes.length,
      bytesOf(volumes),
      bytesOf(unusedVolumes),
    ),
  ];
}

function describeType(type: string, total: number, active: number, bytes: number, freeBytes: number): Row {
  const share = bytes === 0 ? '' : ` (${Math.floor((freeBytes / bytes) * 100)}%)`;
  return {
    Type: type,
    TotalCount: String(total),
    Active: String(active),
    Size: describeSize(bytes, 4),
    Reclaimable: `${describeSize(freeBytes, 4)}${share}`,
  };
}

function showEach({ images, containers, volumes }: DiskUsage): string {
  const options = { nowMs: Date.now(), isWhole: false };
  const imageRows = images.flatMap((image) =>
    describeImage(image, options).map((row) => ({
      ...row,
      SharedSize: describeSize(image.sharedBytes),
      UniqueSize: describeSize(image.uniqueBytes),
      Containers: String(image.containers),
    })),
  );
  const containerRows = containers.map(({ listed, bytes }) =>
    describeContainer(listed, { ...options, measureBytes: () => bytes }),
  );
  const imageTable = `${IMAGE_LIST.table}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}`;
  const containerTable =
    'table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}';
  return [
    'Images space usage:\n\n',
    formatList({ ...IMAGE_LIST, table: imageTable }, imageRows, undefined),
    '\nContainers space usage:\n\n',
    formatList({ ...CONTAINER_LIST, table: containerTable }, containerRows, undefined),
    '\nLocal Volumes space usage:\n\n',
    formatList(VOLUME_USAGE_LIST, volumes.map(describeUsedVolume), undefined),
  ].join('');
}

function describeUsedVolume({ name, links, bytes }: MeasuredVolume): Row {
  return { Name: name, Links: String(links), Size: describeSize(bytes, 4) };
}
