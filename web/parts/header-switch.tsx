import { useState } from 'react';

interface HeaderSwitchProps<Value extends string> {
  readonly name: string;
  readonly values: readonly Value[];
  readonly chosen: () => Value;
  readonly choose: (value: Value) => void;
}

/** What a person chooses once, for all pages in this browser. */
export function HeaderSwitch<Value extends string>({ name, values, chosen, choose }: HeaderSwitchProps<Value>) {
  const [value, setValue] = useState(chosen);
  return (
    <label className="switch">
      <span>{name}</span>
      <select
        aria-label={name}
        value={value}
        onChange={({ target }) => {
          const next = values.find((each) => each === target.value) ?? value;
          choose(next);
          setValue(next);
        }}
      >
        {values.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </label>
  );
}
