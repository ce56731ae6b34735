import { CancelledFailure } from '@temporalio/activity';
import type { BlobStore } from '../blob-store.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { describeFault } from './build-fault.ts';
import { buildRelease } from './build-release.ts';
import type { CommandRunner } from './command-runner.ts';
import type { BuildActivities } from './contract.ts';
import { runCommand } from './run-command.ts';
import { runHook } from './run-hook.ts';
import type { SourceRepository } from './source-repository.ts';
import type { Workspace, Workspaces } from './workspaces.ts';

export interface BuildParts {
  readonly source: SourceRepository;
  readonly workspaces: Workspaces;
  readonly commands: CommandRunner;
  /** The central store: built releases and logs go there. */
  readonly store: BlobStore;
}

/** One run: its parts, a workspace of its own, and a place to say how far it is. */
export interface BuildRun extends BuildParts {
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  /** What the next heartbeat carries. */
  say(progress: { readonly step: string; readonly bytes?: number }): void;
}

/**
 * All may run twice: each attempt starts from an empty workspace, and what an earlier one stored is found again by
 * its digest.
 */
export const createBuildActivities = (parts: BuildParts): BuildActivities => ({
  buildRelease: (input) =>
    run(
      parts,
      (each) => buildRelease(each, input),
      (reason) => ({ outcome: 'failed', reason, exitCode: null, log: null }),
    ),
  runCommand: (input) =>
    run(
      parts,
      (each) => runCommand(each, input),
      (reason) => ({ outcome: 'failed', reason, log: null }),
    ),
  runHook: (input) =>
    run(
      parts,
      (each) => runHook(each, input),
      (reason) => ({ outcome: 'failed', reason, log: null }),
    ),
});

async function run<R>(
  parts: BuildParts,
  act: (run: BuildRun) => Promise<R>,
  failed: (reason: string) => R,
): Promise<R> {
  let progress: object = { step: 'starting' };
  return withHeartbeat(
    () => progress,
    async (signal) => {
      try {
        return await inWorkspace(parts, (workspace) =>
          act({ ...parts, workspace, signal, say: (next) => (progress = next) }),
        );
      } catch (error) {
        // It may say more of what was told to stop than the signal does.
        if (error instanceof CancelledFailure) throw error;
        signal.throwIfAborted();
        const reason = describeFault(error);
        if (reason === null) throw error;
        return failed(reason);
      }
    },
  );
}

async function inWorkspace<R>({ workspaces }: BuildParts, act: (workspace: Workspace) => Promise<R>): Promise<R> {
  const workspace = await workspaces.create();
  try {
    return await act(workspace);
  } finally {
    await workspace.remove();
  }
}
