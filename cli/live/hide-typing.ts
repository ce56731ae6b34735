import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * While lines are drawn in place the terminal doesn't show what is typed: an Enter would move the cursor away from them.
 * Ctrl-C stays what it is, and nothing is read. Answers what shows it again, which an end of the process does too.
 */
export function hideTyping(): () => void {
  const before = isForeground() ? stty('-g')?.trim() : undefined;
  if (!before) return () => undefined;
  const hide = (): void => void (isForeground() && stty('-echo'));
  const show = (): void => {
    process.off('exit', show).off('SIGCONT', hide);
    for (const signal of endings) process.off(signal, endBy);
    if (isForeground()) stty(before);
  };
  const endBy = (signal: NodeJS.Signals): void => {
    show();
    process.kill(process.pid, signal);
  };
  hide();
  // After Ctrl-Z and `fg` the terminal is as the shell left it.
  process.on('exit', show).on('SIGCONT', hide);
  for (const signal of endings) if (process.listenerCount(signal) === 0) process.on(signal, endBy);
  return show;
}

/** Signals after which a process that doesn't handle them has no time to put the terminal right. */
const endings = ['SIGTERM', 'SIGHUP'] as const;

/** Whoever changes the terminal from the background is stopped for it (termios(3), SIGTTOU). */
function isForeground(): boolean {
  if (!isatty(0)) return false;
  // proc_pid_stat(5): what follows the name is state, parent, process group, session, terminal, its foreground group.
  const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return group === foreground;
}

/** What it printed; `null` where that can't be done. */
function stty(setting: string): string | null {
  const { status, stdout } = spawnSync('stty', [setting], { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' });
  return status === 0 ? stdout : null;
}
