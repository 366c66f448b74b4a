import type { IdMapping } from '@mini/contracts';
import type { MountIdMap } from '../../engine/run-options.js';
import { Problem, quote } from '../problem.js';

const MOST_ID = 2 ** 32 - 2;
const FORM = 'uids=FILE-HOST-COUNT[#…];gids=FILE-HOST-COUNT[#…]';

/**
 * `uids=0-1000-1#1-2000-10;gids=…`, as podman writes it: ids of the files, the ids of the host that they are shown as, and how
 * many. Empty: the map of the container's user namespace. Throws `Problem`.
 */
export function parseIdMap(text: string): MountIdMap {
  if (text === '') return {};
  const parts = new Map(
    text.split(';').map((part): [string, IdMapping[]] => {
      const [, key, ranges] = /^(uids|gids)=(.+)$/.exec(part) ?? [];
      if (key === undefined || ranges === undefined) throw badForm(text);
      return [key, ranges.split('#').map((range) => parseRange(text, range))];
    }),
  );
  const [uidMappings, gidMappings] = [parts.get('uids'), parts.get('gids')];
  if (uidMappings === undefined || gidMappings === undefined) throw badForm(text);
  return { uidMappings, gidMappings };
}

function parseRange(text: string, range: string): IdMapping {
  const [, file, host, count] = /^(\d{1,10})-(\d{1,10})-(\d{1,10})$/.exec(range) ?? [];
  const [containerID, hostID, size] = [Number(file), Number(host), Number(count)];
  const isRight = size > 0 && containerID + size - 1 <= MOST_ID && hostID + size - 1 <= MOST_ID;
  if (!isRight) throw badForm(text);
  return { containerID, hostID, size };
}

function badForm(text: string): Problem {
  return new Problem(`the map of owners ${quote(text)} does not have the form ${FORM}`);
}
