import type { Request } from 'express';

/**
 * Whether a browser sends the request for a page of our own: what it says of that no page can change. Without any word of
 * it a request is not from a page, and not from here either.
 */
export function isFromHere(request: Request): boolean {
  const site = request.get('Sec-Fetch-Site');
  if (site === 'same-origin' || site === 'none') return true;
  return site !== 'cross-site' && hostOf(request.get('Origin')) === request.get('Host');
}

/** Whether a page of somebody else's sends it. Tools that aren't browsers say nothing of sites. */
export function isFromElsewhere(request: Request): boolean {
  const isOfPage = request.get('Sec-Fetch-Site') !== undefined || request.get('Origin') !== undefined;
  return isOfPage && !isFromHere(request);
}

const hostOf = (origin: string | undefined): string | null => URL.parse(origin ?? '')?.host ?? null;
