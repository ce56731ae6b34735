import type { ServiceSpec } from '../../domain/spec/service-spec.ts';
import type { BuildRun } from './build-activities.ts';
import { checkOut } from './check-out.ts';
import type { CapturedLog } from './command-runner.ts';
import type { BuildReleaseInput, BuildReleaseResult } from './contract.ts';
import { describeRelease } from './describe-release.ts';
import { folderBelow } from './folders.ts';
import { readSpec } from './read-spec.ts';
import { scanTree } from './scan-tree.ts';
import { storeLog, storeRelease } from './store-release.ts';

/** Turns a commit into an unsigned release: check out, read the spec, build, describe the output, store it. */
export async function buildRelease(run: BuildRun, input: BuildReleaseInput): Promise<BuildReleaseResult> {
  const checkout = await checkOut(run, input.source);
  if (!checkout.ok) return failedBefore(checkout.problem);
  const read = await readSpec(checkout.folder, input.service);
  if (read.outcome === 'absent') return failedBefore(read.reason);
  if (read.outcome === 'invalid') return { outcome: 'invalid-spec', problems: read.problems };
  await run.workspace.handOver();
  const built = await runBuild(run, input, checkout.folder, read.spec);
  if (!built.ok) {
    const { reason, exitCode } = built;
    return { outcome: 'failed', reason, exitCode, log: await storeLog(run.store, built.log) };
  }
  return storeOutput(run, input, checkout.folder, read.spec, built.log);
}

type Built =
  | { readonly ok: true; readonly log: CapturedLog }
  | { readonly ok: false; readonly reason: string; readonly exitCode: number | null; readonly log: CapturedLog };

async function runBuild(
  run: BuildRun,
  input: BuildReleaseInput,
  folder: string,
  { build }: ServiceSpec,
): Promise<Built> {
  if (build.run === null) return { ok: true, log: { bytes: Buffer.alloc(0), truncated: false } };
  run.say({ step: 'building' });
  const { workspace, signal } = run;
  const environment = {
    SLIPWAY_SERVICE: input.service,
    SLIPWAY_RELEASE: String(input.release),
    SLIPWAY_COMMIT: input.source.commit,
  };
  const end = await run.commands.run({
    line: build.run,
    workspace,
    folder,
    environment,
    timeoutMs: build.timeoutMs,
    signal,
  });
  signal.throwIfAborted();
  if (end.ended === 'exited' && end.exitCode === 0) return { ok: true, log: end.log };
  return { ok: false, reason: `the build failed: ${end.reason}`, exitCode: end.exitCode, log: end.log };
}

async function storeOutput(
  run: BuildRun,
  { service, release, source }: BuildReleaseInput,
  folder: string,
  spec: ServiceSpec,
  captured: CapturedLog,
): Promise<BuildReleaseResult> {
  const log = await storeLog(run.store, captured);
  const failed = (reason: string): BuildReleaseResult => ({ outcome: 'failed', reason, exitCode: 0, log });
  const output = await folderBelow(folder, spec.build.output, 'build.output');
  if (!output.ok) return failed(output.problem);
  let bytes = 0;
  const tree = await scanTree(
    output.folder,
    (count) => run.say({ step: 'reading', bytes: (bytes += count) }),
    run.signal,
  );
  if (!tree.ok) return failed(`the artifact is refused: ${tree.problem}`);
  if (tree.entries.length === 0) return failed(`build.output ${JSON.stringify(spec.build.output)} holds no file`);
  const config = { run: spec.run, health: spec.health };
  const described = describeRelease({ service, release, commit: source.commit }, tree.entries, config);
  if (!described.ok) return failed(`the artifact is refused: ${described.problem}`);
  run.say({ step: 'storing', bytes });
  await storeRelease(run.store, output.folder, tree.entries, described.description, run.signal);
  const { rootText, digest, root } = described.description;
  const unsigned = { manifestRoot: rootText, digest, totalBytes: root.totalBytes, files: root.listing.files };
  return { outcome: 'built', release: unsigned, spec, log };
}

const failedBefore = (reason: string): BuildReleaseResult => ({ outcome: 'failed', reason, exitCode: null, log: null });
