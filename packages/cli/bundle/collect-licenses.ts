import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The licences of the packages whose files went into a bundle, one after the other. Ours are left out. */
export function collectLicenses(packageRoot: string, inputs: readonly string[]): string {
  const roots = new Set<string>();
  for (const input of inputs) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(
      resolve(packageRoot, input.replace(/^\w+:/, '')),
    );
    if (match !== null) roots.add(match[1]!);
  }
  return [...roots].map(describeLicense).sort().join('\n');
}

function describeLicense(root: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const file = readdirSync(root).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : readFileSync(join(root, file), 'utf8');
  return `${name} ${version}: ${license}\n\n${text}\n`;
}
