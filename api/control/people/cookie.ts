import type { Request } from 'express';

/** Value of a cookie that Slipway set; `null` when the request carries none that it could have set. */
export function cookieOf(request: Request, name: string): string | null {
  const pairs = (request.get('Cookie') ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return /^[\w-]{1,200}$/.test(value) ? value : null;
}
