/** `#code=…` of a sign-in link; `null` without one. */
export const codeOfFragment = (fragment: string): string | null =>
  new URLSearchParams(fragment.replace(/^#/, '')).get('code');

/** Where one came from, filters kept; only within these pages. */
export function backPath(search: string): string {
  const back = new URLSearchParams(search).get('back') ?? '/';
  const isOurs = /^\/(?![/\\])/.test(back) && !back.startsWith('/signin');
  return isOurs ? back : '/';
}
