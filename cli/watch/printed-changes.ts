import type { Deployment } from '../../protocol/api/deployment.ts';
import { connectionSentence, cutText, type Cut } from '../connection-news.ts';
import type { DeploymentScreen } from '../live/open-deployment-screen.ts';
import type { Output } from '../output.ts';
import { stateSentence } from '../state-sentence.ts';

/** A log that is silent for longer looks as if it were stuck. */
export const silenceMs = 30_000;

/** One line for each change; in a silence, how it stands, as far as that is known. */
export function printedChanges(output: Output, name: string): DeploymentScreen {
  let last: Deployment | null = null;
  let cut: Cut | null = null;
  const say = (type: 'change' | 'still', at: string, message: string): void => {
    output.line(`${at.slice(11, 19)}Z ${name} ${message}`);
    output.event({ type, at, message, deployment: last });
    silence.refresh();
  };
  const silence = setInterval(() => say('still', new Date().toISOString(), stillText(last, cut)), silenceMs);
  return {
    change({ at, line, deployment }) {
      last = deployment;
      say('change', at, line);
    },
    hosts: () => undefined,
    connection(news) {
      cut = news.type === 'cut' ? news : null;
      output.news(connectionSentence(news));
    },
    close: async () => clearInterval(silence),
  };
}

/** `still rolling world`; nobody knows that while the connection is cut. */
function stillText(last: Deployment | null, cut: Cut | null): string {
  const standing = last === null ? 'not known' : stateSentence(last);
  if (cut === null) return `still ${standing}`;
  return last === null ? cutText(cut) : `${cutText(cut)}; it was ${standing}`;
}
