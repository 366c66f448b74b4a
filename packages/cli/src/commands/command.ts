import type { Option } from './options/option.js';

/** What a command is handed of the process it runs in. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The whole command line, for who has to run it once more; absent where it is not the process's own. */
  readonly words?: readonly string[];
  /** Whether what is typed comes from a terminal; a program's input is no terminal unless it says so. */
  stdinIsTerminal?(): boolean | Promise<boolean>;
  /** To be called when a container has ended. */
  afterContainer?(): void;
  /** For results. `false` when the reader has gone away: nobody wants more of them. */
  writeOut(text: string): boolean | undefined;
  /** For all that mini says about itself. */
  writeError(text: string): void;
}

/** A command's own file: takes the words after its name, reports its own errors, returns the exit code. */
export interface CommandModule {
  runCommand(words: readonly string[], io: CommandIo): Promise<number>;
}

/** What is known of a command without loading it. */
export interface Command {
  readonly name: string;
  /** Operands, as the help text shows them. */
  readonly operands: string;
  readonly describe: string;
  /** The words that may follow the name of a group. */
  readonly loadCommands?: () => Promise<readonly string[]>;
  readonly loadOptions: () => Promise<readonly Option[]>;
  readonly load: () => Promise<CommandModule>;
}
