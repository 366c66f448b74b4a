import { type Failure, Problem } from '../problem.js';

/** Notes a `Problem` that `parse` throws as `path: reason`. */
export function checkValue<T>(path: string, failures: Failure[], parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    failures.push({ message: `${path}: ${error.message}`, hint: error.hint });
    return undefined;
  }
}
