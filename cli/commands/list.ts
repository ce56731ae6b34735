import { Argument, InvalidArgumentError, type Command } from 'commander';
import type { DocumentData } from '../json-documents.ts';
import type { Listing, ListFlags, Narrowing } from '../list/listing.ts';
import { leftHostsListing } from '../list/left-hosts-listing.ts';
import { approvalsListing, deploymentsListing, releasesListing, servicesListing } from '../list/paged-listings.ts';
import { grantsListing, reviewsListing } from '../list/access-listings.ts';
import { usualLimit } from '../list/read-page.ts';
import { hostsListing, locksListing, regionsListing } from '../list/whole-listings.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session } from '../session.ts';
import { shellWord } from '../shell-word.ts';
import { textTable } from '../text-table.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';

const kinds = [
  'services',
  'releases',
  'deployments',
  'approvals',
  'regions',
  'hosts',
  'left-hosts',
  'locks',
  'grants',
  'reviews',
] as const;
type Kind = (typeof kinds)[number];

export function addListCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('list'))
    .addArgument(new Argument('<kind>', 'what is listed').choices(kinds))
    .description(
      'services, releases, deployments, approvals, regions, hosts (as counts), left-hosts (by name: not back after an undo), locks, grants or reviews',
    )
    .option('--service <service>', 'only of this service')
    .option('--region <region>', 'only in this region')
    .option('--state <state>', 'only in this state')
    .option('--limit <n>', `how many on a page, at most 200; ${usualLimit} unless given`, pageSize)
    .option('--cursor <cursor>', 'go on where the page before ended')
    .option('--all', 'every page')
    .action((kind: Kind, flags: ListFlags) => carryOut(flags, (session) => listKind(session, kind, flags)));
}

function pageSize(text: string): number {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1 || size > 200) throw new InvalidArgumentError('a number from 1 to 200.');
  return size;
}

/** Each with its own type of items. */
function listKind(session: Session, kind: Kind, flags: ListFlags): Promise<void> {
  const { service } = flags;
  if (service !== undefined) objectArgument(service, 'service');
  switch (kind) {
    case 'services':
      return list(session, kind, servicesListing, flags);
    case 'releases':
      return list(session, kind, releasesListing, flags);
    case 'deployments':
      return list(session, kind, deploymentsListing, flags);
    case 'approvals':
      return list(session, kind, approvalsListing, flags);
    case 'regions':
      return list(session, kind, regionsListing, flags);
    case 'hosts':
      return list(session, kind, hostsListing, flags);
    case 'left-hosts':
      return list(session, kind, leftHostsListing, flags);
    case 'locks':
      return list(session, kind, locksListing, flags);
    case 'grants':
      return list(session, kind, grantsListing, flags);
    case 'reviews':
      return list(session, kind, reviewsListing, flags);
  }
}

async function list<Item>(session: Session, kind: Kind, listing: Listing<Item>, flags: ListFlags): Promise<void> {
  requireKnown(kind, listing, flags);
  const { output } = session;
  const { items, cursor, notes = [], beside } = await listing.read(session, flags);
  const now = new Date();
  if (items.length > 0)
    textTable([listing.heading, ...items.map((item) => listing.cellsOf(item, now))]).forEach((line) =>
      output.line(line),
    );
  else if (notes.length === 0) output.note(listing.none);
  notes.forEach((note) => output.note(note));
  const next = cursor === null ? [] : [nextPage(kind, flags, cursor)];
  next.forEach((command) => output.note(`more: ${command}`));
  output.document(listing.document, { items, cursor, ...beside } as DocumentData<typeof listing.document>, next);
}

/** A flag that would be ignored is a mistake. */
function requireKnown(kind: Kind, { takes, needs }: Pick<Listing<never>, 'takes' | 'needs'>, flags: ListFlags): void {
  for (const name of ['service', 'region', 'state', 'limit', 'cursor'] satisfies Narrowing[])
    if (flags[name] !== undefined && !takes.includes(name))
      throw new UsageError(`list ${kind} takes no --${name}${elsewhere(name, flags)}`);
  if (needs !== undefined && flags[needs] === undefined)
    throw new UsageError(`list ${kind} needs --${needs} <${needs}>`);
  for (const name of ['limit', 'cursor'] satisfies Narrowing[])
    if (flags.all && flags[name] !== undefined)
      throw new UsageError(`--all lists every page: it goes without --${name}`);
}

/** The api answers services and deployments by service, and hosts by region. */
const elsewhere = (name: Narrowing, { region }: ListFlags): string =>
  name === 'region' ? `; what runs there: slipway status --region ${shellWord(region ?? '')}` : '';

function nextPage(kind: Kind, { service, state, limit }: ListFlags, cursor: string): string {
  const narrowed = Object.entries({ service, state, limit, cursor }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(String(value))}`],
  );
  return ['slipway list', kind, ...narrowed].join(' ');
}
