/** Dialogs of a release once more: what did not get live, and what runs. */
import { sentences } from './dialog-words.ts';
import type { DeployDialogFacts, DialogText } from './dialog-facts.ts';
import { deployDialog } from './deploying.ts';
import type { Refusal } from '../verbs/once-more.ts';

/** `name`: `checkout/87`, of a retry; `null` of a redeploy of what runs. */
export function onceMoreDialog(facts: DeployDialogFacts, name: string | null, refusal: Refusal | null): DialogText {
  const { service, plan } = facts;
  const what = `${service}@${plan.release}`;
  const text = deployDialog(facts);
  return {
    ...text,
    title: name === null ? `Deploy ${what}, which runs, once more?` : `Retry ${name}: deploy ${what} once more?`,
    keep: 'Leave it as it is',
    confirm: text.confirm.replace(/^(?:Deploy|Roll forward to)/, name === null ? 'Redeploy' : 'Retry'),
    refused: refusal === null ? text.refused : refusedText(refusal),
    meaning: { ...text.meaning, ...(name !== null && { retry: name }) },
  };
}

/** Nothing can be planned of what isn't to be tried again. */
export const noRetryDialog = (name: string, refusal: Refusal): DialogText => ({
  title: `Retry ${name}?`,
  lines: [],
  keep: 'Leave it as it is',
  confirm: `Retry ${name}`,
  reason: 'none',
  refused: refusedText(refusal),
  meaning: {},
});

const refusedText = ({ detail, next = '' }: Refusal): string => (next === '' ? detail : sentences(`${detail}.`, next));
