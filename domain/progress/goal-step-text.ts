/** What a region is told to do, by the id of the goal's step: `advance:2` is the second batch; the numbers of others count messages of people. */
export function goalStepText(step: string): string {
  const [verb = '', number] = step.split(':');
  return verb === 'advance' ? `batch ${number}` : verb;
}
