import type { ConnectionNews } from '../../../cli/connection-news.ts';
import type { FollowedChange } from '../../../cli/follow-deployment.ts';
import { hasUnicode, isLiveTerminal } from '../../../cli/live/room.ts';
import type { ServiceHosts } from '../../../protocol/api/region.ts';
import type { ChosenPort } from '../port-choice.ts';
import type { SetUpStep } from '../set-up-step.ts';
import type { Restart } from '../supervision-options.ts';
import type { Surprise } from '../demo/demonstration.ts';
import type { Addresses, Guide } from './guide-lines.ts';
import { createLiveConsole } from './live-console.ts';
import { createPlainConsole } from './plain-console.ts';

export interface Begun {
  readonly regions: number;
  /** In all of them. */
  readonly hosts: number;
  readonly dataDirectory: string;
  /** What an earlier start left there is deleted. */
  readonly isEmptied: boolean;
}

export type ConsoleEvent =
  | ({ readonly type: 'begun' } & Begun)
  | { readonly type: 'port-taken'; readonly name: string; readonly chosen: ChosenPort }
  /** An operator has removed it from the installation, and a start does not bring it back. */
  | { readonly type: 'region-removed'; readonly region: string }
  | { readonly type: 'step'; readonly step: SetUpStep }
  /** Every program serves. */
  | ({ readonly type: 'ready'; readonly readyMs: number } & Addresses)
  /** A program ended unasked, takes long to serve, or serves again. */
  | { readonly type: 'restart'; readonly restart: Restart }
  /** What the demonstration does next. */
  | { readonly type: 'chapter'; readonly text: string }
  | ({ readonly type: 'deployment' } & FollowedChange)
  | { readonly type: 'hosts'; readonly reports: readonly ServiceHosts[] }
  | { readonly type: 'said'; readonly person: string; readonly text: string }
  | { readonly type: 'connection'; readonly news: ConnectionNews }
  /** Deployments can't be shown any more. */
  | { readonly type: 'unfollowed'; readonly why: string }
  /** `startAgain` is the command that brings it back, when it ends now. */
  | {
      readonly type: 'demonstrated';
      readonly surprises: readonly Surprise[];
      readonly startAgain: string | null;
    }
  /** It stays up from here. */
  | { readonly type: 'settled'; readonly guide: Guide }
  | { readonly type: 'stopping' }
  | { readonly type: 'stopped' }
  /** The start failed; why is said on stderr. */
  | { readonly type: 'failed' };

/** Where `npm start` says what happens. */
export interface Console {
  tell(event: ConsoleEvent): void;
  /** What was said last stays readable. */
  close(): Promise<void>;
}

export async function openConsole(stdout: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Promise<Console> {
  if (!isLiveTerminal(stdout, environment))
    return createPlainConsole({
      print: (line) => void stdout.write(`${line}\n`),
      now: () => performance.now(),
      repeat(everyMs, act) {
        const timer = setInterval(act, everyMs).unref();
        return () => clearInterval(timer);
      },
      hasUnicode: hasUnicode(environment),
    });
  return createLiveConsole(stdout, environment);
}
