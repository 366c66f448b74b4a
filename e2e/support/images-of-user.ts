import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { freshName } from './detached.js';
import { type TestImage, writeArchive } from './image-archive.js';
import type { OrdinaryUser } from './ordinary-user.js';

/** What mini writes as the user; it must succeed and say nothing on stderr. */
export async function succeedAs(t: ExecutionContext, user: OrdinaryUser, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await user.mini(...args);
  t.deepEqual({ args, exitCode, stderr }, { args, exitCode: 0, stderr: '' });
  return stdout;
}

/** Loads an image as the user; returns the name that it gets. */
export async function loadAs(t: ExecutionContext, user: OrdinaryUser, image: TestImage): Promise<string> {
  const name = freshName();
  const path = join(user.home, `${name}.tar`);
  copyFileSync(await writeArchive([{ ...image, names: [name] }]), path);
  chmodSync(path, 0o644);
  t.is(await succeedAs(t, user, 'load', '-i', path), `Loaded image: ${name}:latest\n`);
  return name;
}
