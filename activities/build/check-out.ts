import type { BuildRun } from './build-activities.ts';
import type { SourceRef } from './contract.ts';
import { folderBelow, type ResolvedFolder } from './folders.ts';

/** The service's folder of a fresh checkout; a problem is for the person who merged or who registered the service. */
export async function checkOut({ source, workspace, signal, say }: BuildRun, ref: SourceRef): Promise<ResolvedFolder> {
  say({ step: 'checking out' });
  const checkout = await source.checkOut(ref, workspace.source, signal);
  switch (checkout.outcome) {
    case 'missing-commit':
      return { ok: false, problem: `commit ${ref.commit} can't be built: ${checkout.reason}` };
    case 'unreachable':
      return { ok: false, problem: `the repository can't be reached: ${checkout.reason}` };
    case 'checked-out':
      return folderBelow(workspace.source, ref.folder, "the service's folder");
  }
}
