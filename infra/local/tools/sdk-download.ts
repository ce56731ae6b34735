import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { PinnedTool } from './pinned-tools.ts';
import { temporalCli } from './pinned-tools.ts';

/**
 * Lets the Temporal SDK download a tool from Temporal's own servers into `target`, to `target/bin/<executable>` as a
 * wheel would. The SDK downloads only what it then runs, so a server is started and ended on the way.
 */
export async function downloadBySdk(tool: PinnedTool, target: string): Promise<void> {
  const downloadDir = path.join(target, 'bin');
  const executable = { type: 'cached-download', downloadDir } as const;
  const environment =
    tool === temporalCli
      ? await TestWorkflowEnvironment.createLocal({
          server: { executable: { ...executable, version: `v${tool.version}` } },
        })
      : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  await environment.teardown();
  const [downloaded] = await readdir(downloadDir);
  if (downloaded === undefined) throw new Error('the download left no file');
  await rename(path.join(downloadDir, downloaded), path.join(downloadDir, tool.executable));
}
