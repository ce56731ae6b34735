/** What a start consists of, in order; some go on at the same time. */
export const setUpSteps = [
  'tools',
  'Postgres',
  'Temporal',
  'keys, databases, hosts',
  'workflow bundle',
  'pages',
  'api',
  'control worker',
  'build worker',
  'region workers',
  'gateways',
  'agents',
] as const;
export type SetUpStepName = (typeof setUpSteps)[number];

/** What goes on in a step that lasts: at a first start, and then no more. */
export const longWork: Readonly<Partial<Record<SetUpStepName, string>>> = {
  tools: "downloads Temporal's command line",
  pages: 'builds the dashboard',
};

/** Told when a step begins (`done` is 0), as it gets on, and when it is through (`done` is `of`). */
export interface SetUpStep {
  readonly name: SetUpStepName;
  readonly done: number;
  readonly of: number;
}
export type OnStep = (step: SetUpStep) => void;

/** Work that is one step. */
export async function asStep<Result>(
  onStep: OnStep,
  name: SetUpStepName,
  work: () => Promise<Result> | Result,
): Promise<Result> {
  onStep({ name, done: 0, of: 1 });
  const result = await work();
  onStep({ name, done: 1, of: 1 });
  return result;
}
