import type { Choice } from './order-flow.ts';
import type { Order } from './orders.ts';

/** What the person writes or ticks, which changes nothing of what the verb would do. */
export interface Said {
  readonly reason: string;
  readonly typed: string;
  readonly endMs: number;
  readonly incident: string;
  readonly verdict: 'accept' | 'object' | null;
}

export const nothingSaid: Said = { reason: '', typed: '', endMs: 0, incident: '', verdict: null };

interface DialogFieldsProps {
  readonly order: Order;
  readonly wanted: 'required' | 'optional' | 'none';
  /** The name of the service has to be typed. */
  readonly isTyped: boolean;
  readonly said: Said;
  readonly onSay: (more: Partial<Said>) => void;
}

export function DialogFields({ order, wanted, isTyped, said, onSay }: DialogFieldsProps) {
  return (
    <>
      {order.verb === 'review' && <Verdict verdict={said.verdict} onChoose={(verdict) => onSay({ verdict })} />}
      {wanted !== 'none' && (
        <label className="field">
          Reason{wanted === 'optional' && ' (optional)'}
          <input value={said.reason} maxLength={500} onChange={({ target }) => onSay({ reason: target.value })} />
        </label>
      )}
      {order.verb === 'lock' && <LockEnd endMs={said.endMs} onChange={(endMs) => onSay({ endMs })} />}
      {order.verb === 'break-glass' && (
        <label className="field">
          Incident, or a link to it
          <input value={said.incident} maxLength={300} onChange={({ target }) => onSay({ incident: target.value })} />
        </label>
      )}
      {isTyped && (
        <label className="field">
          <span>
            Type <code>{order.service}</code> to go on
          </span>
          <input value={said.typed} autoComplete="off" onChange={({ target }) => onSay({ typed: target.value })} />
        </label>
      )}
    </>
  );
}

/** Nothing is sent before this is there. */
export const isMissing = (
  { verb, service }: Order,
  wanted: DialogFieldsProps['wanted'],
  isTyped: boolean,
  { reason, incident, typed, verdict }: Said,
): boolean =>
  (wanted === 'required' && reason.trim() === '') ||
  (verb === 'break-glass' && incident.trim() === '') ||
  (verb === 'review' && verdict === null) ||
  (isTyped && typed !== service);

/** What is sent of it beside the reason. */
export const choiceOf = ({ verb }: Order, { endMs, incident, verdict }: Said): Choice => ({
  ...(verb === 'lock' && endMs > 0 && { until: new Date(Date.now() + endMs).toISOString() }),
  ...(verb === 'break-glass' && { incident: incident.trim() }),
  ...(verdict !== null && { verdict }),
});

const verdicts = [
  ['accept', 'It was right to'],
  ['object', 'It was not right to'],
] as const;

interface VerdictProps {
  readonly verdict: Said['verdict'];
  readonly onChoose: (verdict: 'accept' | 'object') => void;
}

function Verdict({ verdict, onChoose }: VerdictProps) {
  return (
    <fieldset>
      <legend>What you think of it</legend>
      {verdicts.map(([each, text]) => (
        <label key={each} className="tick">
          <input type="radio" name="verdict" checked={verdict === each} onChange={() => onChoose(each)} /> {text}
        </label>
      ))}
    </fieldset>
  );
}

const hourMs = 3_600_000;
const lockEnds = [
  [0, 'when somebody unlocks it'],
  [hourMs, 'in an hour'],
  [4 * hourMs, 'in 4 hours'],
  [24 * hourMs, 'in a day'],
] as const;

function LockEnd({ endMs, onChange }: { readonly endMs: number; readonly onChange: (ms: number) => void }) {
  return (
    <label className="field">
      It opens{' '}
      <select value={endMs} onChange={({ target }) => onChange(Number(target.value))}>
        {lockEnds.map(([ms, text]) => (
          <option key={ms} value={ms}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
