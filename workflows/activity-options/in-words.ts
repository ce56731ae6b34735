import type { ActivityInterfaceFor } from '@temporalio/workflow';
import { summaryLine } from '../../domain/progress/summary-line.ts';

/** For each activity, what a call with this input does: its summary in Temporal's Web UI. */
export type Words<Activities> = {
  readonly [Name in keyof Activities]: Activities[Name] extends (input: infer Input) => Promise<unknown>
    ? (input: Input) => string
    : never;
};

type Call = (input: unknown) => unknown;
interface WithOptions {
  (input: unknown): unknown;
  executeWithOptions(options: { readonly summary: string }, args: readonly [unknown]): unknown;
}

/** The same activities; each call says what it does, so that a history tells its story without the code. */
export function inWords<Activities>(
  activities: ActivityInterfaceFor<Activities>,
  words: Words<Activities>,
): Activities {
  const ofNames = activities as unknown as Readonly<Record<string, WithOptions>>;
  const calls = Object.entries<(input: never) => string>(words as never).map(([name, say]): [string, Call] => [
    name,
    (input) => {
      const summary = summaryOf(() => say(input as never));
      return summary === null ? ofNames[name]!(input) : ofNames[name]!.executeWithOptions({ summary }, [input]);
    },
  ]);
  return Object.fromEntries(calls) as Activities;
}

/** `null` of an input that can't be told: a workflow must not stand still for want of words. */
function summaryOf(say: () => string): string | null {
  try {
    return summaryLine(say());
  } catch {
    return null;
  }
}
