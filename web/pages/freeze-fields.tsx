import type { ReactNode } from 'react';
import { policies, weekdays, type FreezeForm, type Policy, type Weekday } from './freeze-form.ts';

interface FreezeFieldsProps {
  readonly form: FreezeForm;
  readonly onChange: (more: Partial<FreezeForm>) => void;
}

/** What is frozen, and when. */
export function FreezeFields({ form, onChange }: FreezeFieldsProps) {
  const { policy, services, regions, every } = form;
  return (
    <>
      <div className="fields">
        <Field label="Services (empty: all)">
          <input
            value={services}
            placeholder="cart, mail"
            onChange={({ target }) => onChange({ services: target.value })}
          />
        </Field>
        <Field label="Regions (empty: all)">
          <input value={regions} placeholder="eu-west" onChange={({ target }) => onChange({ regions: target.value })} />
        </Field>
      </div>
      <PolicyField policy={policy} onChange={(next) => onChange({ policy: next })} />
      <Field label="When">
        <select value={every} onChange={({ target }) => onChange({ every: target.value as FreezeForm['every'] })}>
          <option value="once">once</option>
          <option value="week">every week</option>
          <option value="year">every year</option>
        </select>
      </Field>
      {every === 'once' && <Once form={form} onChange={onChange} />}
      {every === 'week' && <Weekly form={form} onChange={onChange} />}
      {every === 'year' && <Yearly form={form} onChange={onChange} />}
    </>
  );
}

interface PolicyFieldProps {
  readonly policy: Policy;
  readonly onChange: (policy: Policy) => void;
}

export const PolicyField = ({ policy, onChange }: PolicyFieldProps) => (
  <Field label="Deployments in progress">
    <select value={policy} onChange={({ target }) => onChange(target.value as Policy)}>
      {policies.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  </Field>
);

interface TimeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** By this browser's clock. */
export const TimeField = ({ label, value, onChange }: TimeFieldProps) => (
  <Field label={label}>
    <input type="datetime-local" value={value} onChange={({ target }) => onChange(target.value)} />
  </Field>
);

const Once = ({ form: { begins, ends }, onChange }: FreezeFieldsProps) => (
  <div className="fields">
    <TimeField label="From, local time (empty: now)" value={begins} onChange={(next) => onChange({ begins: next })} />
    <TimeField
      label="Until, local time (empty: somebody ends it)"
      value={ends}
      onChange={(next) => onChange({ ends: next })}
    />
  </div>
);

function Weekly({ form, onChange }: FreezeFieldsProps) {
  const { days, from, to } = form;
  const toggle = (day: Weekday, isIn: boolean): void =>
    onChange({ days: weekdays.filter((each) => (each === day ? isIn : days.includes(each))) });
  return (
    <>
      <fieldset>
        <legend>Days on which it begins</legend>
        {weekdays.map((day) => (
          <label key={day} className="tick">
            <input
              type="checkbox"
              checked={days.includes(day)}
              onChange={({ target }) => toggle(day, target.checked)}
            />{' '}
            {day}
          </label>
        ))}
      </fieldset>
      <div className="fields">
        <Field label="From">
          <input value={from} placeholder="18:00" onChange={({ target }) => onChange({ from: target.value })} />
        </Field>
        <Field label="To (24:00: the end of the day)">
          <input value={to} placeholder="06:00" onChange={({ target }) => onChange({ to: target.value })} />
        </Field>
        <Zone form={form} onChange={onChange} />
      </div>
    </>
  );
}

const Yearly = ({ form, onChange }: FreezeFieldsProps) => (
  <div className="fields">
    <Field label="First day, month-day">
      <input value={form.firstDay} onChange={({ target }) => onChange({ firstDay: target.value })} />
    </Field>
    <Field label="Last day, month-day">
      <input value={form.lastDay} onChange={({ target }) => onChange({ lastDay: target.value })} />
    </Field>
    <Zone form={form} onChange={onChange} />
  </div>
);

const Zone = ({ form: { timeZone }, onChange }: FreezeFieldsProps) => (
  <Field label="By the clocks of">
    <input value={timeZone} onChange={({ target }) => onChange({ timeZone: target.value })} />
  </Field>
);

const Field = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <label className="field">
    {label}
    {children}
  </label>
);
