import { damageHosts } from './damage-hosts.ts';
import { brokenAlways, brokenOnDisk, hasSettled, isMended, runsSomething } from './expectations.ts';
import type { FileOperation } from './file-operation.ts';
import type { HostOnDisk } from './host-on-disk.ts';
import { brokenByLostWrites } from './lost-writes.ts';
import { pretendBoot } from './pretend-boot.ts';
import { ModelDisk } from './model-disk.ts';
import { lossesOf, type Loss } from './power-loss.ts';
import type { AnyScenarioName } from './disturb.ts';
import { scenarioOf, type Scenario, type ScenarioName } from './scenarios.ts';
import { sideBySide } from './side-by-side.ts';
import { agent, rollbackAlone } from './programs.ts';
import type { Ending, SiteHost } from './site-host.ts';
import { openTestSite, type TestSite } from './test-site.ts';
import type { Plan, WatchedFolder } from './watched-folder.ts';
import type { TestRelease } from '../test-release.ts';

/** What was found out about one scenario. */
export interface Findings {
  readonly scenario: AnyScenarioName;
  /** Of a run that nobody disturbed. */
  readonly operations: number;
  readonly runs: number;
  /** One line each; empty when every rule held. */
  readonly broken: readonly string[];
}

/** Runs differ a little in their length: so many numbers beyond the last are tried too. */
const beyond = 4;

/** The last entry of the journal is seen before it is synced. */
const restMs = 100;

/** How many runs there were, and which rules were broken. */
export interface Examined {
  readonly runs: number;
  readonly broken: readonly string[];
}

export type Disturbance = (at: number) => Plan;

/** Something that agents do, of which every operation can be disturbed. */
export interface Enumerated {
  /** Operations of a run that nobody disturbs. */
  trace(): Promise<readonly FileOperation[]>;
  /** Disturbs a run at each operation, and a few numbers beyond. @returns broken rules, and how many runs there were */
  disturb(operations: readonly FileOperation[], disturbances: readonly Disturbance[]): Promise<Examined>;
  /** What a loss of power at any moment of an undisturbed run may leave, each taken up by an agent after the boot. */
  losePower(): Promise<Examined>;
  damage(powerLost: boolean): Promise<Examined>;
  close(): Promise<void>;
}

/** Stands for one scenario with its region: tells what it does undisturbed, and disturbs it at every operation. */
export class Enumeration implements Enumerated {
  readonly scenario: Scenario;
  readonly #site: TestSite;
  readonly #template: SiteHost | null;

  private constructor(scenario: Scenario, site: TestSite, template: SiteHost | null) {
    this.scenario = scenario;
    this.#site = site;
    this.#template = template;
  }

  static async open(name: ScenarioName): Promise<Enumeration> {
    const site = await openTestSite();
    const scenario = scenarioOf(name, site.region);
    let template: SiteHost | null = null;
    if (scenario.before.length > 0) {
      template = site.newHost(() => 200);
      await template.prepare(null);
      for (const stage of scenario.before) {
        site.region.setGoal(stage.goal);
        await template.run({ do: 'watch' }, (host) => hasSettled(host, stage, null));
      }
    }
    site.region.setGoal(scenario.under.goal);
    return new Enumeration(scenario, site, template);
  }

  async losePower(): Promise<Examined> {
    const host = await this.#newHost();
    const disk = new ModelDisk(host.root, host.nextRoot);
    const operations = await this.trace(host);
    const losses = lossesOf(disk, operations, this.#first(operations));
    pretendBoot('another-boot');
    return this.#all(losses, (loss) => this.#wakeUp(loss));
  }

  async trace(given?: SiteHost): Promise<readonly FileOperation[]> {
    const host = given ?? (await this.#newHost());
    const { program = agent } = this.scenario;
    const { watched } = await host.run({ do: 'watch' }, (each) => this.#settled(each), { restMs, program });
    const broken = this.#broken(host, 'undisturbed');
    if (broken.length > 0) throw new Error(broken.join('\n'));
    await host.destroy();
    return watched.operations;
  }

  async disturb(operations: readonly FileOperation[], disturbances: readonly Disturbance[]): Promise<Examined> {
    const plans: Plan[] = [];
    for (let at = this.#first(operations) + 1; at <= operations.length + beyond; at++)
      plans.push(...disturbances.map((disturbance) => disturbance(at)));
    return this.#all(plans, (plan) => this.#try(plan));
  }

  /** Hosts whose folder was damaged while no agent ran; `powerLost`: with their machine. */
  damage(powerLost: boolean): Promise<Examined> {
    return damageHosts(this.#site, this.scenario, this.#template!, powerLost);
  }

  close(): Promise<void> {
    return this.#template === null ? this.#site.close() : this.#template.destroy().then(() => this.#site.close());
  }

  async #all<T>(each: readonly T[], examine: (one: T) => Promise<string[]>): Promise<Examined> {
    const broken: string[] = [];
    await sideBySide(each, async (one) => broken.push(...(await examine(one))));
    return { runs: each.length, broken };
  }

  /** One that is disturbed, an agent without a gateway, one that has all: what is broken after each of them. */
  async #try(plan: Plan): Promise<string[]> {
    const host = await this.#newHost();
    const name = JSON.stringify(plan);
    const disk = plan.do === 'fail' || plan.do === 'fail-late' ? new ModelDisk(host.root, host.root) : null;
    const befall = async (): Promise<string[]> => {
      const { program = agent, fetches = false } = this.scenario;
      const gaveUp = (watched: WatchedFolder): boolean => plan.do === 'inodes' && fetches && watched.refusals > 2;
      const { ending } = await host.run(plan, (each, watched) => gaveUp(watched) || this.#settled(each), { program });
      const broken = this.#broken(host, `${name} ${JSON.stringify(ending)}`);
      return isBarred(plan, fetches, ending) ? [...broken, `${name}: was barred: ${JSON.stringify(ending)}`] : broken;
    };
    const ofLeft = (left: HostOnDisk): string[] => brokenOnDisk(left, this.scenario, this.#releases());
    return this.#examine(host, name, befall, () => (disk === null ? [] : brokenByLostWrites(disk, host, ofLeft)));
  }

  #wakeUp({ name, image, promised }: Loss): Promise<string[]> {
    const host = this.#emptyHost();
    return this.#examine(host, name, async () => {
      await host.prepareFrom(image);
      const entries = host.disk.events().length;
      const forgotten =
        entries < promised ? [`${name}: of ${promised} entries that were synced ${entries} are left`] : [];
      return [...forgotten, ...this.#broken(host, name)];
    });
  }

  /** What follows whatever befell a host: an agent without a gateway, then one that has all, then the order once more. */
  async #examine(
    host: SiteHost,
    name: string,
    befall: () => Promise<string[]>,
    after: () => readonly string[] = () => [],
  ): Promise<string[]> {
    try {
      const broken = await befall();
      await host.run({ do: 'watch' }, runsSomething, { online: false });
      broken.push(...this.#broken(host, `${name}, then without the gateway`));
      await host.run({ do: 'watch' }, (each) => this.#rests(each));
      broken.push(...this.#broken(host, `${name}, then with the gateway`));
      if (this.scenario.program !== undefined) {
        await host.run({ do: 'watch' }, (each) => this.#settled(each), { program: rollbackAlone });
        broken.push(...this.#broken(host, `${name}, then ordered again`));
      }
      return [...broken, ...after().map((rule) => `${name}: ${rule}`)];
    } catch (error) {
      return [`${name}: ${(error as Error).message}`];
    } finally {
      await host.destroy();
    }
  }

  #healthOf(release: string): number {
    return release === this.scenario.bad?.digest ? 500 : 200;
  }

  async #newHost(): Promise<SiteHost> {
    const host = this.#emptyHost();
    await host.prepare(this.#template);
    this.scenario.edit?.change(host.root);
    return host;
  }

  #emptyHost(): SiteHost {
    const host = this.#site.newHost((release) => this.#healthOf(release));
    return Object.assign(host, { treeLookMs: this.scenario.edit?.lookMs ?? host.treeLookMs });
  }

  /** An order that nobody was told is kept may be lost: then the host stays where it was. */
  #rests(host: SiteHost): boolean {
    const { program, before } = this.scenario;
    const lost = program !== undefined && host.disk.remembered().pin === null;
    return lost ? hasSettled(host, before.at(-1)!, null) : this.#settled(host);
  }

  /** How many operations are before those that are disturbed. */
  #first(operations: readonly FileOperation[]): number {
    const { from } = this.scenario;
    return from === undefined ? 0 : operations.findIndex(from);
  }

  #settled(host: SiteHost): boolean {
    const { under, bad, edit } = this.scenario;
    return hasSettled(host, under, bad) && (edit === undefined || isMended(host, under));
  }

  #broken(host: SiteHost, when: string): string[] {
    return brokenAlways(host, this.scenario, this.#releases()).map((rule) => `${when}: ${rule}`);
  }

  #releases(): readonly TestRelease[] {
    return [...this.#site.region.gateway.releases.values()];
  }
}

/** What fetches nothing needs no more space than what is set aside for it: on a full disk, too, it gets to its end. */
const isBarred = (plan: Plan, fetches: boolean, ending: Ending): boolean =>
  plan.do === 'fail' && plan.until === 'freed' && !fetches && ending !== 'settled';
