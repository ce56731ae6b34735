import path from 'node:path';
import { beginRegion } from '../../activities/goals/begin-region.ts';
import { finishRegion } from '../../activities/goals/control-region.ts';
import { directorOf, type Director } from '../../activities/goals/sign-goal.ts';
import { signAgain, type GoalSignatures } from '../../activities/goals/sign-again.ts';
import type { GoalParts } from '../../activities/goals/write-step.ts';
import { deploymentNumber, regionName, releaseNumber, serviceName, type RegionName } from '../../domain/names.ts';
import type { Selector } from '../../domain/goal/goal.ts';
import { keyFiles } from '../../infra/keys/create-trust.ts';
import { readPrivateKey } from '../../infra/keys/read-keys.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { createGoalSignatures } from '../../infra/postgres/region/goal-signatures.ts';
import { createGoalStore } from '../../infra/postgres/region/goal-store.ts';
import { createHostReports } from '../../infra/postgres/region/host-reports.ts';
import { createRestoreGuard } from '../../infra/postgres/region/restore-guard.ts';
import { openGenerationFile } from '../../infra/stores/generation-file.ts';
import { admissionType } from '../../protocol/admission.ts';
import { digestOf } from '../../protocol/digest.ts';
import { signDocument } from '../../protocol/dsse.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

/** Writes a region's goals as its worker does, with its keys, by the same steps. */
export interface GoalWriter {
  /** A service that runs a release on hosts with these labels: a deployment's first and last step. Answers what each took, ms. */
  place(service: string, selector: Selector): Promise<readonly number[]>;
  /** All goals and the index whose signatures have grown old. */
  signAgain(): Promise<number>;
}

export async function openGoalWriter({ shape }: BenchStack, name: string, database: Database): Promise<GoalWriter> {
  const region = regionName(name);
  const keyOf = (file: string) => readPrivateKey(path.join(shape.data.keys, file));
  const [director, admissionKey] = [
    directorOf(await keyOf(keyFiles.director(region))),
    await keyOf(keyFiles.admission),
  ];
  const guard = createRestoreGuard(openGenerationFile(shape.data.regionStore(region)));
  const parts: GoalParts = {
    region,
    store: createGoalStore(database, guard),
    reports: createHostReports(database, { onChange: () => () => undefined }),
    director,
    currentTraceparent: () => null,
  };
  const signatures = createGoalSignatures(database, guard);
  return {
    place: (service, selector) => place(parts, admissionKey, service, selector),
    signAgain: () => countSigned(signatures, director, region),
  };
}

/** No other signs here. */
const rootVersion = 1;

const countSigned = async (signatures: GoalSignatures, director: Director, region: RegionName): Promise<number> =>
  (await signAgain(signatures, director, region, rootVersion))!.length;

async function place(
  parts: GoalParts,
  admissionKey: Parameters<typeof signDocument>[2],
  name: string,
  selector: Selector,
): Promise<readonly number[]> {
  const { region } = parts;
  const service = serviceName(name);
  const next = { release: { number: releaseNumber(1), digest: digestOf(`release of ${name}`) }, selector };
  const admission = signDocument(admissionType, admissionOf(region, name, next.release), admissionKey);
  const of = { service, region, attempt: { deployment: deploymentNumber(1), local: 0 } };
  const knowing = { outcomes: [], centreGeneration: 0 as const, absentAfterMs: 180_000 };
  const startedAt = performance.now();
  const begun = await beginRegion(parts, { ...of, ...knowing, next, admission: JSON.stringify(admission) });
  const begunAt = performance.now();
  if (begun.outcome !== 'written') throw new Error(begun.reason);
  const finished = await finishRegion(parts, { ...of, generation: begun.answer.generation });
  if (finished.outcome !== 'written') throw new Error(finished.reason);
  return [begunAt - startedAt, performance.now() - begunAt];
}

const admissionOf = (region: RegionName, service: string, release: object) => ({
  format: 'slipway.admission/1',
  service,
  release,
  config: digestOf(`config of ${service}`),
  regions: [region],
  approvers: [],
  evidence: digestOf('evidence'),
  admittedAt: new Date().toISOString(),
});
