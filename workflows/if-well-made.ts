/**
 * Signals have no validators, and a handler that throws makes Temporal try the same step again for ever: nothing would
 * reach the workflow any more but a Terminate. So one that can't be read does nothing, and that is said.
 *
 * @param mistakeOf what is wrong with the message, in one sentence, or `null`
 * @param refuse tells people
 */
export const ifWellMade =
  <Message>(
    mistakeOf: (message: unknown) => string | null,
    act: (message: Message) => unknown,
    refuse: (mistake: string) => void,
  ) =>
  (message: Message): void | Promise<void> => {
    const mistake = mistakeOf(message);
    if (mistake !== null) return refuse(mistake);
    const acted = act(message);
    return acted instanceof Promise ? acted.then(() => undefined) : undefined;
  };

/** `the signal promote does nothing: needs { token, reason }` */
export const refusedSignalText = (signal: string, mistake: string): string =>
  `the signal ${signal} does nothing: ${mistake}`;
