import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { workspaceRoot } from '../workspace.js';
import { checkPackage, type PackedFile, type PublishedManifest } from './check-package.js';

async function checkDirectory(directory: string): Promise<string[]> {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as PublishedManifest;
  const flags = ['--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await execa('npm', ['pack', ...flags], { cwd: directory, stdin: 'ignore' });
  const [packed] = JSON.parse(stdout) as { files: PackedFile[] }[];
  return checkPackage(manifest, packed?.files ?? []);
}

const names = readdirSync(join(workspaceRoot, 'packages')).sort();
const problems: string[] = [];
for (const name of names) problems.push(...(await checkDirectory(join(workspaceRoot, 'packages', name))));
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`${names.length} packages, ${problems.length} release problems\n`);
if (problems.length > 0) process.exitCode = 1;
