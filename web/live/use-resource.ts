import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../client/api.ts';
import { codeOf, problemOf } from '../client/problem-of.ts';

export interface Resource<T> {
  /** What was read last, kept while it is read anew. */
  readonly data: T | null;
  /** Why the last reading failed. */
  readonly problem: Problem | null;
  readonly reload: () => void;
}

/** Read when shown, and again whenever `version` changes; `read` has to be the same function until it means another. */
export function useResource<T>(read: () => Promise<T>, version: unknown = null): Resource<T> {
  const [state, setState] = useState<{ data: T | null; problem: Problem | null }>({ data: null, problem: null });
  const newest = useRef(0);
  const reload = useCallback(() => {
    // A slow answer must not take the place of a later one.
    const mine = ++newest.current;
    read().then(
      (data) => mine === newest.current && setState({ data, problem: null }),
      (error: unknown) => mine === newest.current && setState(({ data }) => ({ data, problem: problemOf(error) })),
    );
  }, [read]);
  useEffect(() => {
    setState({ data: null, problem: null });
    return () => void newest.current++;
  }, [read]);
  useEffect(reload, [reload, version]);
  return { ...state, reload };
}

/** That the connection is lost is said once, by the frame, as long as there is something to show. */
export const worthTelling = ({ data, problem }: Resource<unknown>): Problem | null =>
  problem !== null && data !== null && codeOf(problem) === 'no-connection' ? null : problem;
