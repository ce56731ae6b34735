import type { Account } from './build-account.ts';

/** Which account each workspace's commands run as. */
export interface AccountsInTurn {
  /** One that no other workspace has, while there are enough; `null` when commands run as ourselves. */
  take(workspace: string): Account | null;
  of(workspace: string): Account | null;
  giveBack(workspace: string): void;
}

/** Two builds of one account reach each other's files and memory, whatever their folders' modes: `/proc/<pid>/cwd`. */
export function accountsInTurn(accounts: readonly Account[]): AccountsInTurn {
  const taken = new Map<string, Account>();
  const of = (workspace: string): Account | null => taken.get(workspace) ?? null;
  return {
    of,
    take: (workspace) => {
      const used = new Set(taken.values());
      const account = accounts.find((each) => !used.has(each)) ?? accounts[0];
      if (account !== undefined) taken.set(workspace, account);
      return of(workspace);
    },
    giveBack: (workspace) => void taken.delete(workspace),
  };
}
