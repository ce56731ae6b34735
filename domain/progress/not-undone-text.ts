import type { NotUndone } from '../deployment/ending.ts';
import { counted } from './plain-text.ts';

/**
 * `"./migrate up" (hooks.before[0]): exit code 1`; `ap-south may run checkout@412: does not answer`;
 * `3 hosts in eu-west are not back from checkout@412: 2 pinned, 1 silent`
 */
export function notUndoneText({ what, name, left, why, hosts = 0 }: NotUndone): string {
  if (what === 'hook') return `"${left}" (${name}): ${why}`;
  if (what === 'region') return `${name} may run ${left}: ${why}`;
  return `${counted(hosts, 'host')} in ${name} ${hosts === 1 ? 'is' : 'are'} not back from ${left}: ${why}`;
}
