import type { PollResponse } from '../../../protocol/gateway.ts';

/** Texts of what thousands of hosts are given alike: goals, the index and its proofs, which are the same objects until they change. */
const texts = new WeakMap<object, string>();

function textOf(document: object): string {
  const text = texts.get(document) ?? JSON.stringify(document);
  texts.set(document, text);
  return text;
}

/** The JSON of an answer. What is in `goals` and `index` must not be changed afterwards. */
export function pollAnswerText({ goals, index, ...rest }: PollResponse): string {
  const offers = `[${goals.map(textOf).join(',')}]`;
  const proofs = index && `{"index":${textOf(index.index)},"proofs":[${index.proofs.map(textOf).join(',')}]}`;
  return `{"goals":${offers},"index":${proofs ?? 'null'},${JSON.stringify(rest).slice(1)}`;
}
