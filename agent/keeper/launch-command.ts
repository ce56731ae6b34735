import type { RunConfig } from '../../domain/spec/service-spec.ts';
import { needsGroup } from './instance-cgroup.ts';

/** What a process has to be before it is the instance's command. */
export interface LaunchNeeds {
  readonly run: RunConfig;
  readonly account: Account | null;
  /** File `cgroup.procs` of the group that it joins. */
  readonly groupFile: string | null;
  /** It finds a listening socket as descriptor 3. */
  readonly listens: boolean;
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * argv for a keeper of any version: where something has to be arranged first, a shell arranges it and becomes the command,
 * with the same pid. Nothing of the spec's text is read by the shell: it gets digits, and arguments as they are.
 */
export function launchCommand({ run, account, groupFile, listens }: LaunchNeeds): readonly string[] {
  const enter = 'echo $$ > "$0"';
  const steps = [
    // Whether it can was tried; where something changed since, only what has to be held by the group can't do without.
    ...(groupFile === null ? [] : [needsGroup(run.limits) ? enter : `{ ${enter} || :; } 2> /dev/null`]),
    ...(run.umask === undefined ? [] : [`umask ${digits(run.umask)}`]),
    ...(run.limits?.files === undefined ? [] : [`ulimit -n ${digits(String(run.limits.files))}`]),
    ...(listens ? ['export LISTEN_FDS=1 LISTEN_PID=$$'] : []),
  ];
  const command = account === null ? run.command : asAccount(account, run.command);
  if (steps.length === 0) return command;
  return ['/bin/sh', '-c', [...steps, 'exec "$@"'].join(' && '), groupFile ?? 'slipway', ...command];
}

/** Becomes the command as well. All groups of the account, and nothing of the agent's, go with it. */
export const asAccount = ({ uid, gid }: Account, command: readonly string[]): readonly string[] => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--init-groups',
  '--',
  ...command,
];

function digits(text: string): string {
  if (!/^\d+$/.test(text)) throw new Error(`${JSON.stringify(text)} is no number`);
  return text;
}
