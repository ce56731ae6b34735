import { parseLabelEdit, relabel, retire, setMaintenance as toMaintenance } from '../../domain/region/host-change.ts';
import type { HostChange, HostStanding } from '../../domain/region/host-change.ts';
import type { HostId } from '../../domain/names.ts';
import { storeEnrolmentToken } from '../../infra/postgres/region/enrolment-tokens.ts';
import { changeHost, storeHostAct, type HostAct } from '../../infra/postgres/region/host-records.ts';
import { releaseHost, revokeHost } from '../../infra/postgres/region/identity-decisions.ts';
import { notFound, RegionCommandError } from './command-error.ts';
import { givenHost, givenReason, givenSwitch, givenWith } from './given.ts';
import type { Room } from './program.ts';

interface Given {
  readonly host: string;
  readonly reason: string;
}

export async function setMaintenance(room: Room, { host, to, reason }: Given & { readonly to: string }): Promise<void> {
  const on = givenSwitch(to);
  const act = actOf(room, { host, reason }, on ? 'maintenance-on' : 'maintenance-off', null);
  await change(room, act, (standing) => toMaintenance(standing, on), {
    done: on ? 'is in maintenance: it stops what it runs' : 'is out of maintenance: it does what its goals say',
    same: on ? 'is in maintenance already' : 'is not in maintenance',
  });
}

export async function setLabels(
  room: Room,
  { host, labels, reason }: Given & { readonly labels: readonly string[] },
): Promise<void> {
  const edit = givenWith(() => parseLabelEdit(labels));
  const act = actOf(room, { host, reason }, 'label', labels.join(' '));
  await change(room, act, (standing) => relabel(standing, edit), {
    done: `has other labels: ${labels.join(' ')}`,
    same: 'has these labels already',
  });
}

export async function takeOut(room: Room, { host, reason, force }: Given & { readonly force: boolean }): Promise<void> {
  const act = actOf(room, { host, reason }, 'retire', force ? 'although it reports' : null);
  await change(room, act, (standing) => retire(standing, force), {
    done: 'is retired: it is let in no more, and not counted',
    same: '',
  });
}

export async function enroll(
  { region, output, by }: Room,
  { host: name, labels, reason }: Given & { readonly labels: readonly string[] },
): Promise<void> {
  const { set, remove } = givenWith(() => parseLabelEdit(labels));
  if (remove.length > 0) throw new RegionCommandError('usage', 'a host that is let in has no labels to take away');
  const host = givenHost(name);
  const act = actOf({ by }, { host: name, reason }, 'enroll', labels.join(' '));
  const wanted = { region: region.region, labels: set, host, createdBy: by };
  // Who may come in is never known without who let it in.
  const token = await region.database.em.fork().transactional(async (em) => {
    await storeHostAct(em, act);
    return storeEnrolmentToken(em, wanted);
  });
  output.line(token);
  output.note(`lets ${host} into ${region.region}, once, within an hour: this token is not shown again`);
  output.document('enrolled', { host, labels: set, token });
}

/** About who the host is: what a gateway has kept out, and what it never lets in again. */
export async function decideIdentity(
  { region: { database, region }, output, by }: Room,
  { host: name, reason, verb }: Given & { readonly verb: 'revoke' | 'release' },
): Promise<void> {
  const act = actOf({ by }, { host: name, reason }, verb, null);
  const { host } = act;
  const isDone = await (verb === 'revoke' ? revokeHost : releaseHost)(database, act);
  if (!isDone) {
    const why = verb === 'revoke' ? 'is not enrolled, or was revoked already' : 'is not quarantined';
    throw new RegionCommandError('refused', `${host} in ${region} ${why}`);
  }
  output.line(`${host} in ${region} ${verb === 'revoke' ? 'is let in no more' : 'is let in again'}`);
  output.document('host', { host, verb, by, reason: act.reason, changed: true });
}

function actOf(
  { by }: Pick<Room, 'by'>,
  { host, reason }: Given,
  verb: HostAct['verb'],
  words: string | null,
): HostAct {
  return { verb, host: givenHost(host), by, reason: givenReason(reason), change: words };
}

async function change(
  { region: { database, region }, output }: Room,
  act: HostAct,
  decide: (host: HostStanding) => HostChange,
  say: { readonly done: string; readonly same: string },
): Promise<void> {
  const changed = await changeHost(database, act, decide);
  if (changed === null) throw notFound(`host ${act.host}`, 'slipway-region hosts names them');
  if (changed.do === 'refuse') throw refused(act.host, changed.reason);
  output.line(`${act.host} in ${region} ${changed.do === 'same' ? say.same : say.done}`);
  const { verb, host, by, reason } = act;
  output.document('host', { host, verb, by, reason, changed: changed.do !== 'same' });
}

const refused = (host: HostId, reason: string): RegionCommandError =>
  new RegionCommandError('refused', `${host}: ${reason}`);
