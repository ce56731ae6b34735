/** `npm run bench -- NAME`: each starts what it measures, ends it, and prints its figures. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { agentUpgradeBenchmark, type AgentUpgradeOptions } from './agent-upgrade/agent-upgrade-benchmark.ts';
import { darkBenchmark, type DarkOptions } from './dark/dark-benchmark.ts';
import { deployBenchmark, type DeployOptions } from './deploy/deploy-benchmark.ts';
import { runBenchmark, type CommonOptions } from './frame/run-benchmark.ts';
import { fleetBenchmark, type FleetOptions } from './fleet/fleet-benchmark.ts';
import { fleetRunsBenchmark, type FleetRunsOptions } from './fleet-runs/fleet-runs-benchmark.ts';
import { hostsBenchmark, type HostsOptions } from './hosts/hosts-benchmark.ts';
import { intakeBenchmark, type IntakeOptions } from './intake/intake-benchmark.ts';
import { meddlingBenchmark, type MeddlingOptions } from './meddling/meddling-benchmark.ts';
import { mergesBenchmark, type MergesOptions } from './merges/merges-benchmark.ts';
import { mixedBenchmark, type MixedOptions } from './mixed/mixed-benchmark.ts';
import { operationsBenchmark, type OperationsOptions } from './operations/operations-benchmark.ts';
import { pageBenchmark, type PageOptions } from './page/page-benchmark.ts';
import { peerNames, peersBenchmark, type PeerName, type PeersOptions } from './peers/peers-benchmark.ts';
import { regionsBenchmark, type RegionsOptions } from './regions/regions-benchmark.ts';
import { reportsBenchmark, type ReportsOptions } from './reports/reports-benchmark.ts';
import { restartBenchmark, type RestartOptions } from './restart/restart-benchmark.ts';
import type { ReturnsOptions } from './returns/measure-returns.ts';
import { returnsBenchmark } from './returns/returns-benchmark.ts';
import { rulesBenchmark } from './rules/rules-benchmark.ts';
import { servicesBenchmark, type ServicesOptions } from './services/services-benchmark.ts';
import { soakBenchmark, type SoakOptions } from './soak/soak-benchmark.ts';
import { stopBenchmark, type StopOptions } from './stop/stop-benchmark.ts';
import { undoBenchmark, type UndoOptions } from './undo/undo-benchmark.ts';

const program = new Command('npm run bench --').description('Measures Slipway on this machine.');

benchmark('deploy', 'merge → workflow started, and the split of merge → green')
  .option('--services <n>', 'merges, each to a service of its own (0: leave this part out)', count, 50)
  .option('--pace-ms <ms>', 'between two of these merges; 0 sends all at once', count, 2_000)
  .option('--runs <n>', 'deployments of the sample service (0: leave this part out)', count, 5)
  .option('--regions <n>', 'regions of the sample service', count, 5)
  .option('--hosts <n>', 'hosts in each of them', count, 2)
  .action((options: DeployOptions) => runBenchmark('deploy', options, (bench) => deployBenchmark(bench, options)));

benchmark('undo', 'a release that is bad on the last host: found bad → every host back')
  .option('--runs <n>', 'on a stack each', count, 3)
  .option('--regions <n>', 'regions', count, 5)
  .option('--hosts <n>', 'hosts in each of them', count, 2)
  .action((options: UndoOptions) => runBenchmark('undo', options, (bench) => undoBenchmark(bench, options)));

benchmark('intake', 'one merge delivered many times over two apis, with Temporal away in between')
  .option('--deliveries <n>', 'in parallel, each time', count, 100)
  .option('--outage-seconds <s>', 'how long Temporal is away', count, 20)
  .action((options: IntakeOptions) => runBenchmark('intake', options, (bench) => intakeBenchmark(bench, options)));

benchmark('hosts', 'the same deployment with few and with many hosts a region')
  .option('--few <n>', 'hosts a region of the first deployment', count, 8)
  .option('--many <n>', 'of the second', count, 800)
  .option('--regions <n>', 'regions', count, 2)
  .action((options: HostsOptions) => runBenchmark('hosts', options, (bench) => hostsBenchmark(bench, options)));

benchmark(
  'fleet',
  'thousands of light hosts in one region: a goal until all have it, a staged deployment, a bad one, a gateway that ends',
)
  .option('--hosts <n>', 'light hosts', count, 1_000)
  .option('--gateways <n>', 'of the region', count, 1)
  .addOption(
    new Option('--end <signal>', 'by which a gateway ends at last').choices(['SIGKILL', 'SIGTERM']).default('SIGKILL'),
  )
  .action((options: FleetOptions) => runBenchmark('fleet', options, (bench) => fleetBenchmark(bench, options)));

benchmark(
  'fleet-runs',
  'seeded deployments over hosts of which some are slow, lie, vanish or return: the right outcome each time',
)
  .option('--runs <n>', 'runs', count, 200)
  .option('--from <n>', 'the first of them that is run', numberFromOne, 1)
  .option('--seed <n>', 'that they are drawn from', count, 1)
  .option('--hosts <n>', 'light hosts of each', count, 200)
  .option('--together <n>', 'runs that go on beside each other, in a region each', count, 3)
  .option('--per-stack <n>', 'runs of one stack', count, 25)
  .option('--minutes <n>', 'after which no run begins any more', count, 240)
  .option('--only <n>', 'that run alone', count)
  .action((options: FleetRunsOptions) =>
    runBenchmark('fleet-runs', options, (bench) => fleetRunsBenchmark(bench, options)),
  );

benchmark(
  'regions',
  'a staged deployment to five regions of 20,000 hosts, one after another: what the centre holds of it',
)
  .option('--regions <n>', 'regions', count, 5)
  .option('--hosts <n>', 'in each of them', count, 20_000)
  .action((options: RegionsOptions) => runBenchmark('regions', options, (bench) => regionsBenchmark(bench, options)));

benchmark('soak', 'what an agent and its keepers hold after hours, at rest and with releases that come all the time')
  .option('--minutes <n>', 'how long', count, 120)
  .option('--change-every-seconds <n>', 'between two releases on the busy host', count, 60)
  .option('--lines-per-second <n>', 'that each of its services writes', count, 50)
  .option('--health-every-ms <n>', 'between two looks at the health of an instance', count, 2_000)
  .option('--agent <file>', 'the one file that hosts get (`npm run build:agent`)', 'dist/slipway-agent')
  .action((options: SoakOptions) => runBenchmark('soak', options, (bench) => soakBenchmark(bench, options)));

benchmark('stop', 'a wave that goes bad, and an abort: how soon no host may switch, and every host has heard')
  .option('--regions <n>', 'regions', count, 5)
  .option('--hosts <n>', 'light hosts in each of them', count, 800)
  .action((options: StopOptions) => runBenchmark('stop', options, (bench) => stopBenchmark(bench, options)));

benchmark('dark', 'an undo with one region dark: when the others can go on, and when it has caught up')
  .option('--regions <n>', 'regions', count, 5)
  .option('--hosts <n>', 'hosts in each of them', count, 2)
  .option('--undo-deadline <duration>', 'how long the undo waits for a region, as in slipway.yaml', '2m')
  .action((options: DarkOptions) => runBenchmark('dark', options, (bench) => darkBenchmark(bench, options)));

benchmark('mixed', 'a deployment over hosts that a held one has left on two releases: which way each host goes')
  .option('--regions <n>', 'regions', count, 2)
  .option('--hosts <n>', 'hosts in each of them', count, 4)
  .action((options: MixedOptions) => runBenchmark('mixed', options, (bench) => mixedBenchmark(bench, options)));

benchmark(
  'rules',
  'hosts that flap, are sick, absent, pinned or in maintenance: what becomes of them by the plan',
).action((options: CommonOptions) => runBenchmark('rules', options, (bench) => rulesBenchmark(bench, options)));

benchmark('returns', 'hosts that were away during a deployment, a new one, and one that left for good')
  .option('--rounds <n>', 'deployments while two hosts are away', count, 6)
  .option('--absent-after <s>', 'silence after which a host counts as absent', numberFromOne, 5)
  .action((options: ReturnsOptions) => runBenchmark('returns', options, (bench) => returnsBenchmark(bench, options)));

benchmark('merges', 'many merges at once: all end, none lost or doubled; time, memory, histories')
  .option('--merges <n>', 'in all', count, 1_000)
  .option('--services <n>', 'that they are merged to', count, 50)
  .option('--regions <n>', 'regions', count, 5)
  .option('--hosts <n>', 'light hosts in each of them', count, 2)
  .option('--span <n>', 'regions of each service', count, 1)
  .option('--each', 'a merge comes when the one before of its service has begun: none takes its place', false)
  .action((options: MergesOptions) => runBenchmark('merges', options, (bench) => mergesBenchmark(bench, options)));

benchmark('services', 'hundreds of services in one region: a deployment, the index over all of them, polls')
  .option('--services <n>', 'in the region', count, 300)
  .option('--full <n>', 'of them on one host', count, 100)
  .option('--deployments <n>', 'of one service, before and after the others are there', count, 5)
  .option('--polls <n>', 'of each host that is looked at', count, 300)
  .action((options: ServicesOptions) =>
    runBenchmark('services', options, (bench) => servicesBenchmark(bench, options)),
  );

benchmark(
  'meddling',
  "lanes and deployments cancelled, terminated and reset in Temporal's Web UI: each ends rightly, and says so",
)
  .option('--regions <n>', 'regions', count, 2)
  .option('--hosts <n>', 'hosts in each of them', count, 2)
  .option('--together <n>', 'cases that go on beside each other, on a service each', count, 3)
  .option('--every-reset', 'reset to the first and to the last workflow task at each point, not to one in turn', false)
  .option('--only <text>', 'cases whose name holds this')
  .action((options: MeddlingOptions) =>
    runBenchmark('meddling', options, (bench) => meddlingBenchmark(bench, options)),
  );

benchmark('agent-upgrade', 'a host under constant load whose agent is replaced by deployments: requests lost')
  .option('--requests <n>', 'at least', count, 20_000)
  .option('--per-second <n>', 'of them', count, 200)
  .action((options: AgentUpgradeOptions) =>
    runBenchmark('agent-upgrade', options, (bench) => agentUpgradeBenchmark(bench, options)),
  );

benchmark('peers', 'the same releases to the same hosts by Ansible, pyinfra and Slipway')
  .option('--hosts <n,n>', 'how many, each in a run of its own', counts, [5, 20, 50])
  .option('--tools <name,name>', `of ${peerNames.join(', ')}`, peers, [...peerNames])
  .requiredOption('--python <folder>', 'bin of a Python environment with ansible-core and pyinfra')
  .action((options: PeersOptions) => runBenchmark('peers', options, (bench) => peersBenchmark(bench, options)));

benchmark('reports', 'what a region writes for a report that tells nothing new, and for one that does')
  .option('--hosts <n>', 'of the region', count, 1_000)
  .option('--services <n>', 'of each host', count, 3)
  .option('--together <n>', 'reports that a statement stores', count, 12)
  .option('--rounds <n>', 'reports of each host, of either kind', count, 5)
  .action((options: ReportsOptions) => runBenchmark('reports', options, (bench) => reportsBenchmark(bench, options)));

benchmark('restart', 'a host under constant load that changes over, back, and to another agent: requests lost, gaps')
  .option('--requests <n>', 'to each of the three ways of changing over', count, 20_000)
  .option('--per-second <n>', 'of them', count, 500)
  .action((options: RestartOptions) => runBenchmark('restart', options, (bench) => restartBenchmark(bench, options)));

benchmark(
  'operations',
  'a host killed, failed, filled up and without power at every file-system operation; and damaged',
)
  .option('--together <n>', 'scenarios beside each other, in a process each', count, 2)
  .option('--only <text>', 'those whose name, as in "revert kill", holds this')
  .action((options: OperationsOptions) =>
    runBenchmark('operations', options, (bench) => operationsBenchmark(bench, options)),
  );

benchmark('page', 'an open page in a browser: recorded → the page has it → it is shown')
  .option('--runs <n>', 'deployments, each with its page open', count, 5)
  .option('--regions <n>', 'regions', count, 5)
  .option('--hosts <n>', 'hosts in each of them', count, 2)
  .action((options: PageOptions) => runBenchmark('page', options, (bench) => pageBenchmark(bench, options)));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).stack}\n`);
  process.exitCode = 1;
}
process.exit(); // Temporal's native client keeps threads of its own

function benchmark(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--json <file>', 'write the figures to a file')
    .option('--keep', "keep the stack's data", false);
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('a whole number');
  return value;
}

function numberFromOne(text: string): number {
  const value = count(text);
  if (value === 0) throw new InvalidArgumentError('a whole number from 1');
  return value;
}

function counts(text: string): readonly number[] {
  return text.split(',').map(count);
}

function peers(text: string): readonly PeerName[] {
  return text.split(',').map((name) => {
    const found = peerNames.find((known) => known === name);
    if (found === undefined) throw new InvalidArgumentError(`one of ${peerNames.join(', ')}`);
    return found;
  });
}
