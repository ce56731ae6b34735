import type { NotUndone } from '../deployment/ending.ts';

/** `"./migrate up" (hooks.before[0]): exit code 1`; `ap-south may run checkout@412: does not answer` */
export const notUndoneText = ({ what, name, left, why }: NotUndone): string =>
  what === 'hook' ? `"${left}" (${name}): ${why}` : `${name} may run ${left}: ${why}`;
