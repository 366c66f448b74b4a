/** What an engine has answered to a command line. */
export interface EngineResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A line that waits for ever is ended, and fails. */
export const LONGEST = { timeout: 120_000, killSignal: 'SIGKILL' } as const;

/** What a command line is run with. */
export interface RunSettings {
  /** What comes from stdin; nothing unless told. */
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}
