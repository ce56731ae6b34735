import { expect, test } from '@jest/globals';
import path from 'node:path';
import { atTerminal } from '../../test/end-to-end/terminal-start.ts';

const size = { columns: 60, rows: 12 };
const fixture = `${process.execPath} --disable-warning=ExperimentalWarning ${path.join(import.meta.dirname, 'drawn.fixture.ts')}`;

test('who types meanwhile breaks no line, and sees again what is typed afterwards', async () => {
  const terminal = atTerminal(`sh -c 'trap "" INT; ${fixture}; stty -a'`, size);
  await terminal.untilShown(/^until Ctrl-C$/);
  terminal.type('\r\rabc\r\r\r');
  terminal.type('\u0003');
  expect(await terminal.untilEnded()).toBe(0);
  const [kept, drawn, last, ...settings] = terminal.lines();
  expect([kept, drawn, last]).toEqual(['kept', 'drawn', 'at last']);
  expect(settings.join('\n')).toMatch(/[^-]\becho\b/);
  expect(settings.join('\n')).not.toMatch(/abc|-echo\b/);
});
