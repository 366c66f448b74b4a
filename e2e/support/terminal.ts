import { spawnSync } from 'node:child_process';
import type { ExecutionContext } from 'ava';
import { execaSync } from 'execa';
import { MINI } from './mini.js';
import { waitFor } from './wait.js';

/** Why this machine has no terminals to test with. */
export const skippedTerminal = spawnSync('tmux', ['-V']).status === 0 ? undefined : 'tmux is not installed';

/** Waited for after each command: what the shell of the terminal asks with. */
const PROMPT = 'host> ';

/** A real terminal with a shell in it, 80 by 24, and somebody who types. */
export class Terminal {
  readonly #server: string;
  readonly #t: ExecutionContext;

  constructor(t: ExecutionContext) {
    this.#t = t;
    this.#server = `mini-e2e-${process.pid}-${Terminal.#count++}`;
    t.teardown(() => this.close());
    const shell = ['env', `PS1=${PROMPT}`, `MINI=${MINI}`, 'sh'];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '24', ...shell);
  }

  static #count = 0;

  #tmux(...words: string[]): string {
    return execaSync('tmux', ['-L', this.#server, ...words]).stdout;
  }

  /** As when its window is closed. */
  close(): void {
    spawnSync('tmux', ['-L', this.#server, 'kill-server']);
  }

  /** Types a line and ends it with the return key. */
  type(line: string): void {
    this.#tmux('send-keys', '-l', line);
    this.press('Enter');
  }

  /** Presses a key by the name that tmux has for it: `C-c`, `Enter`. */
  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** What stands on the screen, without spaces at the ends of lines. */
  screen(): string {
    return this.#tmux('capture-pane', '-p', '-J')
      .replace(/[ \t]+$/gm, '')
      .trimEnd();
  }

  /** Asserts that the screen comes to look like this, and gives it. */
  async shows(end: RegExp): Promise<string> {
    let screen = '';
    await waitFor(String(end), () => {
      screen = this.screen();
      return end.test(screen);
    }).catch(() => undefined);
    this.#t.regex(screen, end);
    return screen;
  }

  /** Runs a command in the terminal's own shell and gives what it printed. */
  async run(command: string): Promise<string> {
    this.#tmux('clear-history');
    this.type(`clear; ${command}; echo "[$?]"`);
    const screen = await this.shows(/^\[\d+\]\nhost>$/m);
    return screen.split('\n').slice(0, -1).join('\n');
  }
}
