/** What earlier deployments did and nobody took back: a later one's undo brings hosts back to before it. */
import type { DeploymentNumber, ReleaseNumber } from '../names.ts';

/** A deployment that is neither finished in all regions nor undone, and did what its undo alone takes back. */
export interface LeftBehind {
  readonly deployment: DeploymentNumber;
  readonly release: ReleaseNumber;
  /** The release before can't run once this one has. */
  readonly compatibleWith?: 'none' | undefined;
  /** Commands of its hooks that are not undone, in the order in which they began. */
  readonly hooks: readonly string[];
}

export const isIncompatible = ({ compatibleWith }: LeftBehind): boolean => compatibleWith === 'none';

/** For people: `deployment 87 (@412) is neither finished nor undone: "./migrate up" stands`. */
export function leftBehindText({ deployment, release, hooks, compatibleWith }: LeftBehind): string {
  const commands = [...new Set(hooks)].map((run) => `"${run}"`);
  const what =
    commands.length === 0
      ? 'hosts have run it'
      : `${commands.join(', ')} ${commands.length === 1 ? 'stands' : 'stand'}`;
  const cannot = compatibleWith === 'none' ? ', and the release before cannot run after it (compatibleWith: none)' : '';
  return `deployment ${deployment} (@${release}) is neither finished nor undone: ${what}${cannot}`;
}
