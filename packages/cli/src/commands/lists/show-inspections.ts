import { formatEach } from './format-list.js';

/** What `inspect` prints: JSON, or a line by a template for each. Throws `RuntimeError` `bad-option`. */
export function showInspections(found: readonly unknown[], format: string | undefined): string {
  if (format === undefined || format === '') return `${JSON.stringify(found, null, 4)}\n`;
  return format === 'json' ? `${JSON.stringify(found)}\n` : formatEach(found, format);
}
