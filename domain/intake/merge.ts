import type { ServiceName } from '../names.ts';
import { pullOf, revertsIn, type BroughtCommit, type Revert, type ToldCommit } from './reverts.ts';

/** A merge that moved the deployed branch. */
export interface MergeSource {
  readonly from: 'merge';
  readonly commit: string;
  readonly before: string;
  readonly branch: string;
  /** Of every commit that it brought, each once, the head commit's first. Never empty. */
  readonly authors: readonly string[];
  /** Who merged or pushed it. */
  readonly pusher: string;
  /** First line of the commit message, at most 200 characters. */
  readonly subject: string;
  /** Other commits that it brought, oldest first: the last 200 of them. Absent when it is only `commit`, or not told. */
  readonly brings?: readonly BroughtCommit[];
  /** What its commits take back, as their messages say: at most 50. Absent when that is nothing. */
  readonly reverts?: readonly Revert[];
}

/** A message to a workflow has to stay small. */
const mostBrought = 200;
const mostReverts = 50;

/** What a code review said, after its signature was verified. Commits are 40 hex digits, all zero for "none". */
export interface VerifiedPush {
  /** `acme/checkout` */
  readonly repository: string;
  /** `refs/heads/main` */
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  /** As in `MergeSource`. */
  readonly authors: readonly string[];
  readonly pusher: string;
  /** Of `after`. */
  readonly message: string;
  /** Other commits that it brought, oldest first; absent when there are none, or none were told. */
  readonly commits?: readonly ToldCommit[];
}

/** What intake knows of a service. */
export interface DeployedBranch {
  readonly service: ServiceName;
  readonly repository: string;
  readonly branch: string;
}

export const ignoredReasons = [
  'unknown-repository',
  'other-branch',
  'unchanged',
  'branch-deleted',
  'tag',
  'not-a-branch',
] as const;
export type IgnoredReason = (typeof ignoredReasons)[number];

/** One service whose branch moved. `key` is the same for every delivery of the move. */
export interface Move {
  readonly service: ServiceName;
  readonly key: string;
  readonly source: MergeSource;
}

/** `service` is `null` when no service was looked at. */
export interface Ignored {
  readonly service: ServiceName | null;
  readonly reason: IgnoredReason;
  /** One sentence for people. */
  readonly message: string;
}

export interface MergeDecision {
  readonly moves: readonly Move[];
  readonly ignored: readonly Ignored[];
}

/** What stands for "none" when a branch is made or deleted. */
export const noCommit = '0'.repeat(40);
const branchPrefix = 'refs/heads/';

/**
 * Which services a push moves. A service in a folder moves with its whole repository: what it is built from may lie
 * outside the folder, and a missed deployment is worse than one that changes nothing.
 */
export function decideMerge(push: VerifiedPush, services: readonly DeployedBranch[]): MergeDecision {
  const whole = ignoredWhole(push);
  if (whole !== null) return { moves: [], ignored: [{ service: null, ...whole }] };
  const branch = push.ref.slice(branchPrefix.length);
  const inRepository = services.filter((service) => sameRepository(service.repository, push.repository));
  if (inRepository.length === 0) {
    const message = `no service is deployed from ${push.repository}`;
    return { moves: [], ignored: [{ service: null, reason: 'unknown-repository', message }] };
  }
  return {
    moves: inRepository
      .filter((service) => service.branch === branch)
      .map(({ service }) => moveOf(service, branch, push)),
    ignored: inRepository
      .filter((service) => service.branch !== branch)
      .map((service) => ({
        service: service.service,
        reason: 'other-branch',
        message: `${service.service} is deployed from ${service.branch}, not from ${branch}`,
      })),
  };
}

/** What makes the whole push no merge, whatever the services. */
function ignoredWhole({ ref, before, after }: VerifiedPush): Omit<Ignored, 'service'> | null {
  if (ref.startsWith('refs/tags/')) return { reason: 'tag', message: `${ref} is a tag: only branches are deployed` };
  if (!ref.startsWith(branchPrefix)) return { reason: 'not-a-branch', message: `${ref} is not a branch` };
  if (after === noCommit) return { reason: 'branch-deleted', message: `${ref} was deleted` };
  if (before === after) return { reason: 'unchanged', message: `${ref} did not move` };
  return null;
}

function moveOf(service: ServiceName, branch: string, push: VerifiedPush): Move {
  const { before, after, authors, pusher, message } = push;
  // The cut may halve a surrogate pair, which has no UTF-8 form: no database would take it.
  const subject = (message.split('\n', 1)[0] ?? '').slice(0, 200).toWellFormed();
  return {
    service,
    key: deliveryKey(service, branch, before, after),
    source: { from: 'merge', commit: after, before, branch, authors, pusher, subject, ...contentOf(push) },
  };
}

/** What is in the merge, and what it takes back. */
function contentOf({
  repository,
  after,
  message,
  commits = [],
}: VerifiedPush): Pick<MergeSource, 'brings' | 'reverts'> {
  const brings = commits.slice(-mostBrought).map((each) => ({ commit: each.commit, pull: pullOf(each.message) }));
  const all = [...commits, { commit: after, message }];
  const reverts = all.flatMap((each) => revertsIn(repository, each)).slice(-mostReverts);
  return { ...(brings.length > 0 && { brings }), ...(reverts.length > 0 && { reverts }) };
}

/** The commits of a merge, oldest first. */
export const broughtBy = ({ commit, subject, brings = [] }: MergeSource): readonly BroughtCommit[] => [
  ...brings,
  { commit, pull: pullOf(subject) },
];

/** Code reviews keep one repository a name, whatever its case. */
const sameRepository = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Neither a service's name nor a branch's holds a colon, so no two moves share a key. */
export const deliveryKey = (service: ServiceName, branch: string, before: string, after: string): string =>
  `merge:${service}:${branch}:${before}:${after}`;
