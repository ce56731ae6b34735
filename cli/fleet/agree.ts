import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';

/** What it would do is said, and asked once, unless --yes. @throws UsageError when nobody agreed */
export async function agreeTo(
  { terminal, output }: Session,
  yes: boolean,
  lines: readonly string[],
  confirm: string,
): Promise<void> {
  if (yes) return;
  if (terminal === null) throw new UsageError('nobody can be asked here: give --yes to agree to what it does');
  lines.forEach((line) => output.note(line));
  const answer = await terminal.ask(`${confirm}? Type yes: `);
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new UsageError('not agreed to: nothing was changed');
}
