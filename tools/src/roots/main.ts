import { reasonOf } from '@mini/contracts';
import { makeBusyboxRoot } from './busybox-root.js';
import { copyDebianRoot, debianRoot } from './debian-root.js';

const usage = `Usage: tools/roots busybox DIR    a static busybox, in DIR, which must be empty or missing
       tools/roots debian DIR     a Debian, in DIR, which must not exist
       tools/roots debian         prints the path of the cached Debian that the copies are made of
`;

async function main([kind, directory, ...rest]: readonly string[]): Promise<number> {
  if (kind === '--help' || kind === '-h') {
    process.stdout.write(usage);
  } else if (kind === 'busybox' && directory !== undefined && rest.length === 0) {
    makeBusyboxRoot(directory);
  } else if (kind === 'debian' && rest.length === 0) {
    if (directory === undefined) process.stdout.write(`${await debianRoot()}\n`);
    else await copyDebianRoot(directory);
  } else {
    process.stderr.write(usage);
    return 1;
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`roots: ${reasonOf(error)}\n`);
  process.exitCode = 1;
}
