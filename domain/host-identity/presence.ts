/** What was last heard of the machine that has a host's key. */
export interface Presence {
  /** Digest of the machine's id; `null` while it never told one. */
  readonly machine: string | null;
  /** Of the boot heard last; `null` before the first report. */
  readonly bootId: string | null;
  /** Boots before it, newest first. No boot comes back. */
  readonly formerBoots: readonly string[];
  /** Late words of another boot since this one began. */
  readonly late: number;
}

export interface Said {
  readonly machine: string | null;
  readonly bootId: string;
  /** Its number isn't higher than the last: it was under way for long, or another copy counts by itself. */
  readonly isLate: boolean;
}

export interface JudgedPresence {
  readonly presence: Presence;
  /** Why two machines must have the key, for people; `null` while one is enough to explain what was heard. */
  readonly clone: string | null;
}

const bootsKept = 4;
/** One or two late words of a boot before are explained by a slow network and a gateway that hung. */
const mostLate = 2;

export const firstPresence = (machine: string | null): Presence => ({
  machine,
  bootId: null,
  formerBoots: [],
  late: 0,
});

/**
 * Whether what a host says shows that another machine has its key too. A reboot changes the boot id and no boot comes back;
 * a machine's id changes when its disk was copied to another machine. Addresses say nothing: hosts move, and many stand
 * behind one.
 */
export function judgePresence(known: Presence, said: Said): JudgedPresence {
  const machine = known.machine ?? said.machine;
  const presence = machine === known.machine ? known : { ...known, machine };
  if (said.machine !== null && said.machine !== machine)
    return { presence, clone: 'another machine has its key: it told another machine id' };
  if (known.bootId === said.bootId) return { presence, clone: null };
  if (said.isLate) return judgeLate(presence, said);
  if (known.formerBoots.includes(said.bootId))
    return {
      presence,
      clone: `two machines have its key: boot ${said.bootId} goes on after boot ${known.bootId} began`,
    };
  const formerBoots = [known.bootId, ...known.formerBoots].filter((boot) => boot !== null).slice(0, bootsKept);
  return { presence: { ...presence, bootId: said.bootId, formerBoots, late: 0 }, clone: null };
}

/** A copy whose clock is behind counts below the other one: its words are late for ever. */
function judgeLate(known: Presence, said: Said): JudgedPresence {
  const late = known.late + 1;
  const clone = `two machines have its key: boot ${said.bootId} goes on beside boot ${known.bootId}`;
  return { presence: { ...known, late }, clone: late > mostLate ? clone : null };
}
