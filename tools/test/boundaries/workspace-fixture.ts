import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { BoundaryRules } from '../../src/boundaries/rules.js';

export const rules: BoundaryRules = {
  mayImport: { contracts: [], store: ['contracts'], core: ['contracts', 'store'] },
  bundled: ['core'],
  longFiles: {},
};

const manifests: Readonly<Record<string, object>> = {
  contracts: { name: '@mini/contracts', exports: { '.': './i.js', './plan.h': './plan.h' } },
  store: {
    name: '@mini/store',
    exports: { '.': './i.js' },
    dependencies: { '@mini/contracts': '1', yaml: '2' },
  },
  core: {
    name: '@mini/core',
    exports: { '.': './i.js' },
    devDependencies: { yargs: '18', '@mini/store': '1' },
  },
};

/** A workspace of three packages with the given files, removed after the test. Returns its root. */
export function makeWorkspace(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'mini-workspace-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const all = { ...files };
  for (const [name, manifest] of Object.entries(manifests)) {
    all[`packages/${name}/package.json`] = JSON.stringify(manifest);
  }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
