/**
 * Of the signals to one workflow that can't be read, so many are told to people. Who sends them by the thousand must not fill
 * the history with what is said of them; the log has them all.
 */
export const mostRefusedSignalsShown = 20;
