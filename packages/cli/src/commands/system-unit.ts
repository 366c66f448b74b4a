import { realpathSync } from 'node:fs';
import process from 'node:process';
import { withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon();

/**
 * `mini system unit`: prints a systemd unit that starts, when the machine has started, the containers whose policy says so:
 * nobody else is there to do it. For root's containers it goes to /etc/systemd/system, else to ~/.config/systemd/user.
 */
export const runCommand = plainCommand({
  name: 'system unit',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  perform(_, { writeOut }) {
    writeOut(
      formatUnit(
        ownCommand().map(quoteWord).join(' '),
        process.geteuid?.() === 0 ? 'multi-user.target' : 'default.target',
      ),
    );
    return 0;
  },
});

/** The words that run this program again. What is in an executable of Bun's needs no engine before it. */
function ownCommand(): string[] {
  const [, program = ''] = process.argv;
  return program.startsWith('/$bunfs/') ? [process.execPath] : [process.execPath, realpathSync(program)];
}

/** `command` is how mini is called, in the words of systemd.service(5). */
export function formatUnit(command: string, target: string): string {
  return `[Unit]
Description=Start containers of mini whose restart policy says so
After=local-fs.target

[Service]
Type=oneshot
RemainAfterExit=yes
KillMode=none
ExecStart=${command} start --all --filter should-start-on-boot=true

[Install]
WantedBy=${target}
`;
}

/** Source: systemd.service(5), "Command lines": quotes, and doubled percent and dollar signs. */
export function quoteWord(word: string): string {
  const text = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w%$/.:@+,=-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
