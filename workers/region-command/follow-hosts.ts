import type { StepAnswer } from '../../domain/goal/goal.ts';
import { judgeHeld } from '../../domain/goal/heard-hold.ts';
import { judgeUndone } from '../../domain/goal/undone.ts';
import type { HostId, ServiceName } from '../../domain/names.ts';
import { counted, named } from '../../domain/progress/plain-text.ts';
import { exitCodes } from './command-error.ts';
import type { Room } from './program.ts';

interface Followed {
  readonly verb: 'rollback' | 'hold';
  readonly service: ServiceName;
  readonly answer: StepAnswer;
  readonly absentAfterMs: number;
  readonly wait: boolean;
}

/** Where hosts stand: `left` are those that nobody waits for and a person has to see to. */
interface Standing {
  readonly there: readonly HostId[];
  readonly pending: readonly HostId[];
  readonly left: Readonly<Record<string, readonly HostId[]>>;
}

/** Hosts that report, and don't get there: a person has to look. */
const mostMs = 10 * 60_000;
/** Also looked at when nobody says anything: silence is what makes a host unreachable. */
const lookEveryMs = 1_000;

/** Until every reachable host has reported it, or the time is up. */
export async function followHosts(room: Room, followed: Followed): Promise<{ exitCode: number; shown: object }> {
  const { output } = room;
  const until = performance.now() + (followed.wait ? mostMs : 0);
  let said = '';
  for (;;) {
    const standing = await look(room, followed);
    const isOver = standing.pending.length === 0;
    const text = sentence(standing, followed);
    if (text !== said) (isOver ? output.line : output.note)(text);
    said = text;
    if (isOver || performance.now() >= until) {
      const anybodyLeft = Object.values(standing.left).some((hosts) => hosts.length > 0);
      const { there, pending, left } = standing;
      const exitCode =
        !isOver && followed.wait ? exitCodes.notOver : isOver && anybodyLeft ? exitCodes.personNeeded : exitCodes.done;
      return { exitCode, shown: { done: isOver, hosts: { there, pending, ...left } } };
    }
    await nextLook(room, followed.service);
  }
}

const nextLook = ({ region: { reports } }: Room, service: ServiceName): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, lookEveryMs);
    const stop = reports.onChange(service, done);
  });

async function look(
  { region: { reports } }: Room,
  { verb, service, answer, absentAfterMs }: Followed,
): Promise<Standing> {
  const { attempt, generation, base, next } = answer;
  const hosts = await reports.readHosts({ service, deployment: attempt.deployment, base, next });
  if (verb === 'hold') {
    const { heard, pending, unreachable } = judgeHeld(hosts, { generation, absentAfterMs });
    return { there: heard, pending, left: { unreachable } };
  }
  const { onBase, pending, ...left } = judgeUndone(hosts, { attempt, generation, base, absentAfterMs });
  const { unreachable, pinned, refusing } = left;
  return { there: onBase, pending, left: { unreachable, pinned, refusing } };
}

function sentence({ there, pending, left }: Standing, { verb, answer: { base } }: Followed): string {
  const did = verb === 'hold' ? 'heard of the hold' : base === null ? 'stopped it' : 'run it';
  const others = Object.entries(left).filter(([, hosts]) => hosts.length > 0);
  const parts = others.map(([why, hosts]) => `${why}: ${named(hosts)}`);
  const waits = pending.length === 0 ? [] : [`waiting for ${named(pending)}`];
  return [`${pending.length === 0 ? 'done: ' : ''}${counted(there.length, 'host')} ${did}`, ...parts, ...waits].join(
    '; ',
  );
}
