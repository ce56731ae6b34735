/** After so many tokens that the api never signed somebody is guessing; good tokens pass the api's own check first. */
export const maxBadTokens = 5;

/** Why no token is looked at any more, for who sends one or waits for one; `null` while tokens are. */
export const whyShut = (badTokens: number): string | null =>
  badTokens < maxBadTokens ? null : `${maxBadTokens} bad tokens were sent: no more are looked at, good ones neither`;
