import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { RuntimeError } from '@mini/contracts';
import {
  type Credentials,
  findCredentials,
  logIn,
  parseRegistry,
  processEnvironment,
} from '@mini/image-store/registry';
import type { Diagnostics } from '../diagnostics.js';
import { askText, askUnseen } from './ask-text.js';
import type { CommandIo } from './command.js';
import type { Arguments } from './command-line/read-arguments.js';
import { flag, value, withCommon } from './options/plain-option.js';
import { readTlsVerify, TLS_VERIFY } from './options/registry.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  value('-u, --username', 'NAME', 'The user; asked for when it is left out'),
  value(
    '-p, --password',
    'PASSWORD',
    'The password, for all to see who list processes; asked for when it is left out',
  ),
  flag('--password-stdin', 'Read the password from stdin'),
  TLS_VERIFY,
);

/** `mini login`. */
export const runCommand = plainCommand({
  name: 'login',
  options: OPTIONS,
  operands: { least: 0, most: 1, called: 'the registry' },
  async perform(given, io, diagnostics) {
    const registry = parseRegistry(given.operands[0]);
    const options = { env: processEnvironment(io.env), ...readTlsVerify(given) };
    const credentials = await readCredentials(given, registry, io, diagnostics);
    const { file, helper } = await logIn(registry, credentials, options);
    if (helper === undefined) diagnostics.warn(`the password is kept unencrypted in "${file}"`);
    io.writeOut('Login Succeeded\n');
    return 0;
  },
});

async function readCredentials(
  given: Arguments,
  registry: string,
  io: CommandIo,
  diagnostics: Diagnostics,
): Promise<Credentials> {
  const username = given.get('username');
  const password = given.get('password');
  if (given.has('password-stdin')) {
    if (password !== undefined) throw badFlags('--password and --password-stdin exclude each other');
    if (username === undefined) throw badFlags('--password-stdin needs --username');
    return makeCredentials(username, readFileSync(0, 'utf8').replace(/\r?\n$/, ''));
  }
  if (password !== undefined) {
    diagnostics.warn('a password on the command line can be seen by others; use --password-stdin');
  }
  if (username !== undefined && password !== undefined) return makeCredentials(username, password);
  if (!isatty(0)) throw badFlags('stdin is no terminal to ask at', 'use --username and --password-stdin');
  return await askForCredentials(registry, username, password, io);
}

async function askForCredentials(
  registry: string,
  username: string | undefined,
  password: string | undefined,
  io: CommandIo,
): Promise<Credentials> {
  const known = await findCredentials(registry, '', processEnvironment(io.env));
  const usual = known?.kind === 'password' ? known.username : undefined;
  const name = username ?? (await askText(`Username${usual === undefined ? '' : ` (${usual})`}: `, io)) ?? '';
  return makeCredentials(
    name === '' ? (usual ?? '') : name,
    password ?? (await askUnseen('Password: ', io)) ?? '',
  );
}

function makeCredentials(username: string, password: string): Credentials {
  if (username === '') throw badFlags('the user name is empty');
  if (password === '') throw badFlags('the password is empty');
  return { kind: 'password', username, password };
}

function badFlags(reason: string, hint?: string): RuntimeError {
  const context = hint === undefined ? {} : { hint };
  return new RuntimeError({ code: 'bad-option', message: `failed to log in: ${reason}`, context });
}
