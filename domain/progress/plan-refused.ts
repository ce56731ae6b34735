const beginning = 'the plan was refused: ';

/** The reason of a deployment that can't be planned: what is wrong is in its spec, or was not added to this Slipway yet. */
export const planRefusedText = (why: string): string => `${beginning}${why}`;

/** `plan: ` is what the version before wrote. */
export const isPlanRefused = (reason: string | null): boolean =>
  reason !== null && (reason.startsWith(beginning) || reason.startsWith('plan: '));
