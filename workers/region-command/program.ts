import { Command } from 'commander';
import { showHosts, showServices } from './shown.ts';
import { decideIdentity, enroll, setLabels, setMaintenance, takeOut } from './host-verbs.ts';
import { actOnService } from './service-verbs.ts';
import type { Region } from './region.ts';
import type { Output, Surroundings } from './surroundings.ts';

/** What a verb works with. */
export interface Room {
  readonly region: Region;
  readonly output: Output;
  /** Who is logged in. */
  readonly by: string;
}

/** Opens the region, lets the verb act, and closes it. The verb may answer an exit code. */
export type CarryOut = (act: (room: Room) => Promise<number | void>) => Promise<void>;

interface Flags {
  readonly reason: string;
  readonly wait: boolean;
  readonly force?: boolean;
  readonly service?: string;
}

/** `slipway-region` with its verbs. */
export function createRegionProgram(
  carryOut: CarryOut,
  { stdout, stderr }: Omit<Surroundings, 'environment'>,
): Command {
  const program = new Command('slipway-region')
    .description("What a region's operators do inside it, with the centre or without.")
    .option('--environment <file>', "read the environment of the region's worker from this file")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: () => undefined,
    });
  const verb = (usage: string, description: string): Command =>
    program.command(usage).description(description).option('--json', 'answer with one JSON document');
  verb('services', 'services of this region, and where their goals stand').action(() => carryOut(showServices));
  verb('hosts', 'hosts of this region, and how they are')
    .option('--service <service>', 'only those of this service')
    .action((flags: Flags) => carryOut((room) => showHosts(room, flags.service)));
  for (const [name, description] of [
    ['rollback', 'bring the service back in this region, now'],
    ['hold', 'nobody switches any more in this region'],
  ] as const) {
    withReason(verb(`${name} <service>`, description))
      .option('--no-wait', "don't wait for hosts")
      .action((service: string, { reason, wait }: Flags) =>
        carryOut((room) => actOnService(room, { verb: name, service, reason, wait })),
      );
  }
  addHostVerbs(verb, carryOut);
  return program;
}

function addHostVerbs(verb: (usage: string, description: string) => Command, carryOut: CarryOut): void {
  withReason(verb('maintenance <host> <on|off>', 'on: the host stops what runs, and nobody waits for it')).action(
    (host: string, to: string, { reason }: Flags) => carryOut((room) => setMaintenance(room, { host, to, reason })),
  );
  withReason(verb('label <host> <labels...>', 'role=web sets a label, zone- takes one away')).action(
    (host: string, labels: string[], { reason }: Flags) =>
      carryOut((room) => setLabels(room, { host, labels, reason })),
  );
  withReason(verb('canary <host> <on|off>', 'on: deployments switch this host first')).action(
    (host: string, to: string, { reason }: Flags) =>
      carryOut((room) => setLabels(room, { host, labels: [canaryWord(to)], reason })),
  );
  for (const [name, description] of [
    ['revoke', 'keep the host out for good, whatever certificate it has'],
    ['release', 'let a host in again that was quarantined'],
  ] as const) {
    withReason(verb(`${name} <host>`, description)).action((host: string, { reason }: Flags) =>
      carryOut((room) => decideIdentity(room, { host, reason, verb: name })),
    );
  }
  withReason(verb('retire <host>', 'the host left for good'))
    .option('--force', 'although it still reports')
    .action((host: string, { reason, force = false }: Flags) =>
      carryOut((room) => takeOut(room, { host, reason, force })),
    );
  withReason(verb('enroll <host> [labels...]', 'let a host in: answers a token for one enrolment')).action(
    (host: string, labels: string[], { reason }: Flags) => carryOut((room) => enroll(room, { host, labels, reason })),
  );
}

const withReason = (command: Command): Command =>
  command.requiredOption('--reason <text>', 'why: it is recorded, and the centre is told');

const canaryWord = (to: string): string => ({ on: 'canary=true', off: 'canary-' })[to] ?? to;
