import { useState } from 'react';
import { chooseTheme, chosenTheme, themes } from './theme.ts';

export function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <label className="theme">
      <span>Theme</span>
      <select
        aria-label="Theme"
        value={theme}
        onChange={({ target }) => {
          const chosen = themes.find((each) => each === target.value) ?? 'system';
          chooseTheme(chosen);
          setTheme(chosen);
        }}
      >
        {themes.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </label>
  );
}
