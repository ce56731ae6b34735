import type { Response } from 'express';
import { ProblemError } from '../../http/problem-error.ts';

/** A region's token is for what it says of itself. @throws ProblemError `not-allowed` */
export function speakForItself({ locals }: Response, { region: spokenFor }: { readonly region: string }): void {
  const { region } = locals as { region: string };
  if (spokenFor === region) return;
  throw new ProblemError('not-allowed', {
    detail: `${region} can't speak for ${spokenFor}`,
    next: 'Send the token of the region that the summary is about.',
  });
}
