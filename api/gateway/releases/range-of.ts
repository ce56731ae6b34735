import type { Request, Response } from 'express';
import type { ByteRange } from '../../../activities/blob-store.ts';
import { ProblemError } from '../../http/problem-error.ts';

/**
 * The range that a request asks for; undefined when it asks for none, or for what RFC 9110 allows to answer whole
 * (several ranges, other units, nonsense). @throws ProblemError `range-not-satisfiable`
 */
export function rangeOf(request: Request, response: Response, sizeBytes: number): Required<ByteRange> | undefined {
  const ranges = request.range(sizeBytes);
  if (ranges === -1) {
    response.setHeader('Content-Range', `bytes */${sizeBytes}`);
    throw new ProblemError('range-not-satisfiable', { detail: `there are ${sizeBytes} bytes` });
  }
  return ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1
    ? undefined
    : ranges[0];
}
