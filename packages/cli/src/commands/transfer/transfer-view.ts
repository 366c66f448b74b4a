import { isatty, WriteStream } from 'node:tty';
import type { BlobProgress, OnProgress } from '@mini/image-store/registry';
import type { CommandIo } from '../command.js';
import { describeTransfer, STATE_TEXTS } from './describe-transfer.js';

/** Shows how images come and go. */
export interface TransferView {
  readonly onProgress: OnProgress;
  /** Between lines of progress; the layers so far stay as they are. */
  say(line: string): void;
  end(): void;
}

/** How often what is shown changes, at most. */
const INTERVAL_MS = 100;

/** A view of the kind that suits whoever looks: lines that change on a terminal, else a line for each event. */
export function openTransferView(io: Pick<CommandIo, 'writeError'>, isQuiet: boolean): TransferView {
  if (isQuiet) return { onProgress: () => {}, say: () => {}, end: () => {} };
  return isatty(2) ? openTerminalView(io) : openPlainView(io);
}

function openPlainView({ writeError }: Pick<CommandIo, 'writeError'>): TransferView {
  const seen = new Map<string, string>();
  const startedAt = new Map<string, { readonly ms: number; readonly bytes: number }>();
  return {
    onProgress: (progress) => {
      const { digest, state, bytes } = progress;
      const text = STATE_TEXTS[state];
      if (state === 'downloading' || state === 'uploading') {
        if (!startedAt.has(digest)) startedAt.set(digest, { ms: Date.now(), bytes });
        return;
      }
      if (seen.get(digest) === text || state === 'unpacking') return;
      seen.set(digest, text);
      writeError(`${describeTransfer(progress, startedAt.get(digest))}\n`);
    },
    say: (line) => writeError(`${line}\n`),
    end: () => {},
  };
}

interface Row {
  readonly progress: BlobProgress;
  readonly started: { readonly ms: number; readonly bytes: number } | undefined;
}

function openTerminalView({ writeError }: Pick<CommandIo, 'writeError'>): TransferView {
  const rows = new Map<string, Row>();
  const terminal = new WriteStream(2);
  let drawn = 0;
  let drawnAt = 0;
  const draw = () => {
    const lines = fitRows([...rows.values()], terminal.rows || 24, terminal.columns || 80);
    // Up to where they began, then over what was there; what is left below of more lines goes.
    const up = drawn === 0 ? '' : `\x1b[${drawn}A`;
    writeError(`${up}${lines.map((line) => `\r${line}\x1b[K\n`).join('')}\x1b[J`);
    drawn = lines.length;
    drawnAt = Date.now();
  };
  const settle = () => {
    if (rows.size > 0) draw();
    rows.clear();
    drawn = 0;
  };
  return {
    onProgress: (progress) => {
      const { digest, state, bytes } = progress;
      const before = rows.get(digest);
      const moves = state === 'downloading' || state === 'uploading';
      const started = before?.started ?? (moves ? { ms: Date.now(), bytes } : undefined);
      rows.set(digest, { progress, started });
      if (before?.progress.state !== state || Date.now() - drawnAt >= INTERVAL_MS) draw();
    },
    say: (line) => {
      settle();
      writeError(`${line}\n`);
    },
    end: settle,
  };
}

const DONE = new Set<BlobProgress['state']>(['pulled', 'pushed', 'exists', 'mounted']);

/** Lines that leave a row of the screen free: a screen that scrolled could not be painted over. */
function fitRows(rows: readonly Row[], height: number, width: number): string[] {
  const toLine = ({ progress, started }: Row) =>
    describeTransfer(progress, started, width - 1).slice(0, width - 1);
  if (rows.length < height) return rows.map(toLine);
  const open = rows.filter(({ progress }) => !DONE.has(progress.state));
  const summary = `${rows.length - open.length} of ${rows.length} layers are complete`;
  return [summary, ...open.slice(0, Math.max(0, height - 3)).map(toLine)];
}
