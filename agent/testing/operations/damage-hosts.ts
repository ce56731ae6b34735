import type { Damage } from './damage.ts';
import { damages, damagesOfPowerLoss } from './damages.ts';
import { hasSettled } from './expectations.ts';
import { pretendBoot } from './pretend-boot.ts';
import type { Scenario } from './scenarios.ts';
import { sideBySide } from './side-by-side.ts';
import type { Ending, SiteHost } from './site-host.ts';
import type { TestSite } from './test-site.ts';

interface Patient {
  readonly name: string;
  readonly host: SiteHost;
  broken: string[];
}

/**
 * Damages hosts in each way. Each must come back by itself, without its gateway; then refuse an old goal with an old index,
 * both genuine; then do what its region wants. @returns broken rules, and how many hosts there were
 */
export async function damageHosts(
  site: TestSite,
  scenario: Scenario,
  template: SiteHost,
  powerLost: boolean,
): Promise<{ runs: number; broken: string[] }> {
  const { gateway } = site.region;
  const freshIndex = gateway.offerIndex!;
  site.region.setGoal(scenario.before[0]!.goal);
  const oldIndex = freshIndex([...gateway.goals.values()]);
  gateway.offerIndex = () => oldIndex;
  const snapshotted = await withSnapshot(site, template);
  if (powerLost) pretendBoot('another-boot');
  const patients = await prepare(site, scenario, [template, snapshotted], powerLost);
  await sideBySide(patients, (patient) => comeBack(patient, scenario));
  gateway.offerIndex = freshIndex;
  site.region.setGoal(scenario.under.goal);
  await sideBySide(patients, (patient) => obey(patient, scenario));
  await snapshotted.destroy();
  for (const { host } of patients) await host.destroy();
  return {
    runs: patients.length,
    broken: patients.flatMap(({ name, broken }) => broken.map((each) => `${name}: ${each}`)),
  };
}

/** A host whose memory was written anew: it has snapshots. */
async function withSnapshot(site: TestSite, template: SiteHost): Promise<SiteHost> {
  const host = site.newHost(() => 200);
  await host.prepare(template);
  damages['empty floors']!(host.root, { current: 'sha256:' as never, base: 'sha256:' as never });
  await host.run({ do: 'watch' }, ({ disk }) => disk.hasSnapshot, { online: false, restMs: 200 });
  return host;
}

async function prepare(
  site: TestSite,
  { before }: Scenario,
  templates: readonly SiteHost[],
  powerLost: boolean,
): Promise<readonly Patient[]> {
  const [first, second] = before.map(({ runs }) => runs.digest);
  const patients: Patient[] = [];
  for (const [index, template] of templates.entries()) {
    const all: [string, Damage][] = Object.entries(powerLost ? damagesOfPowerLoss : damages);
    for (const [name, damage] of all) {
      const host = site.newHost(() => 200);
      await host.prepare(template, !powerLost);
      damage(host.root, { current: second!, base: first! });
      patients.push({ name: `${name} (${index === 0 ? 'journal only' : 'with snapshots'})`, host, broken: [] });
    }
  }
  return patients;
}

/** Without a gateway something runs; with one that lies about the time nothing changes. */
async function comeBack(patient: Patient, { before, allowed }: Scenario): Promise<void> {
  await attempt(patient, async (host) => {
    const runs = (): boolean => helpless.has(patient.name) || host.keeper.running !== null;
    settle(patient, await host.run({ do: 'watch' }, runs, { online: false, restMs: 100 }));
    const running = host.keeper.running?.release;
    if (!runs() || (running !== undefined && !allowed.some((release) => release?.digest === running)))
      patient.broken.push(`runs ${running} without a gateway`);
    // A host that has lost its identity is enrolled again.
    host.enrol();
    const old = before[0]!.goal.generation;
    const heard = ({ output }: SiteHost): boolean => /a goal was (refused|taken up)/.test(output);
    host.output = '';
    settle(patient, await host.run({ do: 'watch' }, heard, { restMs: 300 }));
    const { floor } = host.disk.remembered();
    if (floor !== null && floor.generation <= old) patient.broken.push('took up a goal that was replayed');
    // What the newest goal wants may have been fetched again by now, or be about to start.
    const after = host.keeper.running?.release;
    if (running !== undefined && after !== undefined && after !== running && after !== before.at(-1)!.runs.digest)
      patient.broken.push('followed a goal that was replayed');
  });
}

async function obey(patient: Patient, scenario: Scenario): Promise<void> {
  if (patient.broken.length > 0) return;
  await attempt(patient, async (host) => {
    settle(patient, await host.run({ do: 'watch' }, (each) => hasSettled(each, scenario.under, null)));
    const { disk } = host;
    const { runs } = scenario.under;
    const damage = disk.damage(runs);
    if (damage !== null) patient.broken.push(`runs a damaged release: ${damage}`);
  });
}

/** With neither, no host can know what to run: it waits for its region. */
const helpless: ReadonlySet<string> = new Set(
  ['neither link nor journal', 'all files without content in both'].flatMap((name) => [
    `${name} (journal only)`,
    `${name} (with snapshots)`,
  ]),
);

function settle({ broken }: Patient, { ending }: { readonly ending: Ending }): void {
  if (ending !== 'settled') broken.push(`its agent ended: ${JSON.stringify(ending)}`);
}

async function attempt(patient: Patient, work: (host: SiteHost) => Promise<void>): Promise<void> {
  try {
    await work(patient.host);
  } catch (error) {
    patient.broken.push((error as Error).message);
  }
}
