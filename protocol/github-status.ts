/** What GitHub says of the checks of a commit, in either of its two forms, as one status. */
import { z } from 'zod';
import type { CommitState } from '../domain/gate/commit-status.ts';
import type { ReportedStatus } from '../domain/gate/reported-status.ts';
import { githubCommitField, githubRepositoryField, peopleText } from './github-push.ts';

const timeField = z.iso.datetime({ offset: true });
const idField = z.int().min(0);
const contextField = peopleText(255);
/** Kept only if people can open it. */
const urlField = z
  .string()
  .nullish()
  .transform((text) =>
    text && text.length <= 2000 && /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? text : null,
  );

/** GitHub's `status` event (docs.github.com/webhooks/webhook-events-and-payloads#status), the parts that are read. */
export const githubStatusSchema = z.object({
  id: idField,
  sha: githubCommitField,
  context: contextField,
  state: z.enum(['error', 'failure', 'pending', 'success']),
  target_url: urlField,
  updated_at: timeField,
  repository: githubRepositoryField,
});
export type GithubStatus = z.infer<typeof githubStatusSchema>;

/** GitHub's `check_run` event (docs.github.com/webhooks/webhook-events-and-payloads#check_run), the parts that are read. */
export const githubCheckRunSchema = z.object({
  check_run: z.object({
    id: idField,
    head_sha: githubCommitField,
    name: contextField,
    status: z.string(),
    conclusion: z.string().nullish(),
    started_at: timeField.nullish(),
    completed_at: timeField.nullish(),
    html_url: urlField,
  }),
  repository: githubRepositoryField,
});
export type GithubCheckRun = z.infer<typeof githubCheckRunSchema>;

export const statusOf = (event: GithubStatus): ReportedStatus => ({
  repository: event.repository.full_name,
  commit: event.sha,
  context: event.context,
  state: event.state,
  url: event.target_url,
  at: utc(event.updated_at),
  sequence: event.id,
});

/** A run that has not begun has no time of its own: whatever else is known of its context is taken for newer. */
export function statusOfCheckRun({ check_run: run, repository }: GithubCheckRun): ReportedStatus {
  const isOver = run.status === 'completed';
  return {
    repository: repository.full_name,
    commit: run.head_sha,
    context: run.name,
    state: isOver ? stateOf(run.conclusion ?? null) : 'pending',
    url: run.html_url,
    at: utc((isOver ? run.completed_at : run.started_at) ?? run.started_at ?? '1970-01-01T00:00:00Z'),
    sequence: run.id,
  };
}

/**
 * As GitHub's own branch protection has it, `skipped` and `neutral` are successes
 * (docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks).
 */
function stateOf(conclusion: string | null): CommitState {
  if (conclusion === 'success' || conclusion === 'neutral' || conclusion === 'skipped') return 'success';
  // What ended without a conclusion, or with one that this version doesn't know, has shown nothing.
  return ['failure', 'timed_out', 'cancelled', 'action_required', 'startup_failure'].includes(conclusion ?? '')
    ? 'failure'
    : 'error';
}

const utc = (time: string): string => new Date(time).toISOString();
