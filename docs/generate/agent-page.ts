import { helpText, verbs } from '../../agent/commands/command-line.ts';
import { code, generatedNote, page, table } from './markdown.ts';

const purposes: Readonly<Record<keyof typeof verbs, string>> = {
  status:
    'Also when the agent is dead: read from disk, each instance asked once. Says how much output the disk had no room for.',
  rollback:
    'Goes back by what this disk remembers and pins the host to it. Says `done` only when the instance was seen healthy. Pressed twice it goes back once. Where no agent runs it does the work itself, and one that does not answer for 2 s is ended first.',
  unpin: 'Where no agent runs, the next one obeys.',
  goal: 'Exit code 1 when a signature does not hold.',
  verify: 'Names each file that is absent, cut off, changed, or not in the signed listing; exit code 1.',
  logs: 'What the keeper kept of it, at most 5 × 20 MiB; `-f` goes on over rotations.',
  doctor:
    'Settings, Node, the cgroup that was left to the agent (tried with a process that ends at once), one file system, space, inodes, pinned root, certificate, each gateway and its clock, this agent and others, keepers, processes that ended and that nobody waits for. Exit code 1 when anything is not well.',
  stop: 'Refused while the agent runs.',
  run: 'Settings come from the environment, which its unit reads from `/etc/slipway/agent.env`.',
};

/** What an operator types on a host. */
export function agentPage(): string {
  const rows = Object.entries(verbs).map(([verb, what]) => [
    code(`slipway-agent ${verb}`),
    `${what}. ${purposes[verb as keyof typeof verbs]}`,
  ]);
  return page([
    '# slipway-agent',
    generatedNote('agent/commands/'),
    'What an operator types on a host ([Roll back one host](../how-to/roll-back.md#one-host)). As root, or as the user whom the ' +
      "agent's folder belongs to; root acts as that user.",
    table(['command', 'what it does'], rows),
    '```text\n' + helpText + '```',
  ]);
}
