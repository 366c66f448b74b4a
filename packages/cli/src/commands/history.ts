import { type HistoryStep, imageHistory } from '../engine/images/image-history.js';
import { formatList, type ListShape, type Row } from './lists/format-list.js';
import { describeDuration, describeSize, shorten } from './lists/human.js';
import { flag, value, withCommon } from './options/plain-option.js';
import { parseBoolean } from './parse/number.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  value('--format', 'FORMAT', 'json, table, or a template such as {{.ID}} {{.CreatedBy}}'),
  flag('-H, --human', 'Sizes and times as people read them; on unless --human=false'),
  flag('--no-trunc', 'Cut nothing short'),
  flag('-q, --quiet', 'Only ids'),
);

const HISTORY_LIST: ListShape = {
  headings: {
    Comment: 'COMMENT',
    CreatedAt: 'CREATED AT',
    CreatedBy: 'CREATED BY',
    CreatedSince: 'CREATED',
    ID: 'IMAGE',
    Size: 'SIZE',
  },
  table: 'table {{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}',
};

const RAW_TABLE = 'table {{.ID}}\t{{.CreatedAt}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}';
const SHORT_COMMAND = 45;

/** `mini history`. */
export const runCommand = plainCommand({
  name: 'history',
  options: OPTIONS,
  operands: { least: 1, most: 1, called: 'the image' },
  async perform(given, io) {
    const isWhole = given.has('no-trunc');
    const isHuman = given.parse('human', parseBoolean) ?? true;
    const steps = await imageHistory(given.operands[0]!);
    const rows = steps.map((step) => describeStep(step, { isWhole, isHuman, nowMs: Date.now() }));
    if (given.has('quiet')) io.writeOut(rows.map(({ ID }) => `${ID}\n`).join(''));
    else
      io.writeOut(
        formatList({ ...HISTORY_LIST, ...(isHuman ? {} : { table: RAW_TABLE }) }, rows, given.get('format')),
      );
    return 0;
  },
});

interface StepOptions {
  readonly isWhole: boolean;
  readonly isHuman: boolean;
  readonly nowMs: number;
}

function describeStep(step: HistoryStep, { isWhole, isHuman, nowMs }: StepOptions): Row {
  const { id, createdMs, createdBy, sizeBytes, comment } = step;
  const text = createdBy.replaceAll('\t', ' ');
  return {
    Comment: comment,
    CreatedAt: createdMs === undefined ? '' : new Date(createdMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    CreatedBy: isWhole ? text : shorten(text, SHORT_COMMAND),
    CreatedSince: createdMs === undefined ? 'N/A' : `${describeDuration(nowMs - createdMs)} ago`,
    ID: id === undefined ? '<missing>' : isWhole ? id : id.slice('sha256:'.length).slice(0, 12),
    Size: isHuman ? describeSize(sizeBytes) : String(sizeBytes),
  };
}
