import { parseDocument } from 'yaml';
import { Problem } from '../problem.js';

/** Parses YAML 1.2, one document without tags of its own. Throws `Problem` with the first line of the complaint. */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'silent' });
  const [complaint] = [...document.errors, ...document.warnings];
  if (complaint !== undefined)
    throw new Problem(complaint.message.split('\n')[0]!.replace(/:$/, ''), { verb: 'read' });
  try {
    return document.toJS() as unknown;
  } catch (error) {
    throw new Problem((error as Error).message, { verb: 'read' });
  }
}
