import { findNameProblem } from '../../engine/volume-name.js';
import { Problem, quote } from '../problem.js';

/** The name of a volume. Throws `Problem`. */
export function checkVolumeSource(name: string): string {
  const problem = findNameProblem(name);
  if (problem === undefined) return name;
  const hint = 'a path of the host is absolute or begins with "./"';
  throw new Problem(`the volume name ${quote(name)} cannot be used: ${problem}`, { hint });
}
