import { screenCells, type Cell } from '../../test/end-to-end/terminal-screen.ts';

/** Colours of a light terminal, each readable on white. */
const colours: Readonly<Record<string, string>> = {
  31: '#b3141b',
  32: '#1a6b34',
  33: '#7a4b00',
  34: '#0b5394',
  35: '#6a2c91',
  36: '#0b6b74',
  90: '#525d68',
};

/** The last lines of a terminal, as a page. */
export function terminalPage(output: string, rows: number): string {
  const lines = screenCells(output);
  const last = lines.findLastIndex((cells) => cells.some(({ sign }) => sign.trim() !== ''));
  const shown = lines.slice(Math.max(0, last + 1 - rows), last + 1);
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 16px 20px; background: #fff; color: #1a2026 }
pre { margin: 0; font: 14px/18px 'DejaVu Sans Mono', 'Liberation Mono', monospace }
</style><pre>${shown.map(lineHtml).join('\n')}</pre>`;
}

const lineHtml = (cells: readonly Cell[]): string =>
  Array.from(cells, ({ sign, style }) => `<span style="${css(style)}">${escaped(sign)}</span>`).join('');

const css = (style: string): string =>
  style
    .split(';')
    .map((code) => (code === '1' ? 'font-weight: bold' : code === '2' ? 'color: #525d68' : colour(code)))
    .filter(Boolean)
    .join('; ');

const colour = (code: string): string => (colours[code] === undefined ? '' : `color: ${colours[code]}`);

const escaped = (sign: string): string => sign.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
