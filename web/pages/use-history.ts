import { useRef, useState } from 'react';
import { listDeployments, type DeploymentPage, type DeploymentSummary, type Problem } from '../client/api.ts';
import { problemOf } from '../client/problem-of.ts';

const pageSize = 10;

export interface History {
  /** `null` on the first page, which the service itself has and the stream keeps fresh. */
  readonly older: readonly DeploymentSummary[] | null;
  /** Why the last reading failed, and how to do the same again. */
  readonly failed: { readonly problem: Problem; readonly tryAgain: () => void } | null;
  readonly isEnd: boolean;
  readonly goBack: () => void;
  readonly goOn: () => void;
}

/** A service's deployments page by page, read when somebody asks for them. */
export function useHistory(service: string): History {
  /** Where the pages begin that were gone through, the one that is shown last. */
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const [page, setPage] = useState<DeploymentPage | null>(null);
  const [failed, setFailed] = useState<History['failed']>(null);
  /** Only the last click's answer is shown. */
  const clicks = useRef(0);
  const read = async (cursor: string | undefined): Promise<DeploymentPage> =>
    await listDeployments(service, { limit: pageSize, ...(cursor !== undefined && { cursor }) });
  const go = (to: () => Promise<readonly string[]>): void => {
    clicks.current += 1;
    const click = clicks.current;
    const show = (next: readonly string[], found: DeploymentPage | null): void => {
      if (click !== clicks.current) return;
      setCursors(next);
      setPage(found);
      setFailed(null);
    };
    const going = async (): Promise<void> => {
      const next = await to();
      show(next, next.length === 0 ? null : await read(next.at(-1)));
    };
    going().catch((error: unknown) => {
      if (click === clicks.current) setFailed({ problem: problemOf(error), tryAgain: () => go(to) });
    });
  };
  return {
    older: page?.items ?? null,
    failed,
    isEnd: page !== null && page.next === null,
    goBack: () => go(() => Promise.resolve(cursors.slice(0, -1))),
    goOn: () =>
      go(async () => {
        const { next } = page ?? (await read(undefined));
        return next === null ? cursors : [...cursors, next];
      }),
  };
}
