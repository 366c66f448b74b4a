import type { Failure } from '../problem.js';
import type { ParseContext, RunDraft } from '../run-draft.js';
export function readConfigFile(_path: string, _context: ParseContext, _failures: Failure[]): RunDraft { return {}; }
