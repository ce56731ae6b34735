/** Something that the api leans on. */
export interface Dependency {
  readonly name: string;
  /** Without it the api can't do what it must: the process is not ready. Else it serves what it can. */
  readonly isRequired: boolean;
  /** `null` when it is well, else why not, in one sentence. It rejects or resolves within `timeoutMs`. */
  whyNot(timeoutMs: number): Promise<string | null>;
}

export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'not-ready';
  readonly dependencies: Readonly<Record<string, DependencyState>>;
}

export interface DependencyState {
  readonly ok: boolean;
  readonly required: boolean;
  /** Why not; `null` when it is well. */
  readonly reason: string | null;
}

/** Probes give up after about two seconds. */
const timeoutMs = 1_000;
/** However many ask, dependencies are asked this often. */
const keepMs = 1_000;

/** Asks all dependencies at once, and remembers the answer for a moment. */
export function readinessOf(dependencies: readonly Dependency[], now: () => number): () => Promise<Readiness> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<Readiness> | null = null;
  return () => {
    if (answer === null || now() - askedAt > keepMs) {
      askedAt = now();
      answer = ask(dependencies);
    }
    return answer;
  };
}

async function ask(dependencies: readonly Dependency[]): Promise<Readiness> {
  const reasons = await Promise.all(
    dependencies.map((each) => each.whyNot(timeoutMs).catch(() => 'it does not answer')),
  );
  const states = dependencies.map(({ isRequired }, place) => {
    const reason = reasons[place] ?? null;
    return { ok: reason === null, required: isRequired, reason };
  });
  const down = states.filter(({ ok }) => !ok);
  const status = down.some(({ required }) => required) ? 'not-ready' : down.length > 0 ? 'degraded' : 'ready';
  return { status, dependencies: Object.fromEntries(dependencies.map(({ name }, place) => [name, states[place]!])) };
}
