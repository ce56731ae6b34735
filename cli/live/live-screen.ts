import { createElement } from 'react';
import { render } from 'ink';
import { hideTyping } from './hide-typing.ts';
import { LinesView } from './lines-view.ts';
import type { Line } from './styled-line.ts';
import { roomOf, type Room } from './room.ts';

/** Lines that are drawn in place, below lines that stay. */
export interface LiveScreen {
  /** What is drawn now, again each second and whenever the terminal's size changes. */
  draw(lay: (room: Room) => readonly Line[]): void;
  /** Lines that stay above what is drawn. */
  keep(lines: readonly Line[]): void;
  /** The last frame stays. */
  close(): Promise<void>;
}

const ageEveryMs = 1_000;

export function openLiveScreen(stdout: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): LiveScreen {
  let lay: (room: Room) => readonly Line[] = () => [];
  let kept: readonly Line[] = [];
  const view = () => {
    const room = roomOf(stdout, environment);
    // A frame as high as the screen would push its own first line out of reach.
    return createElement(LinesView, { kept, drawn: lay({ ...room, rows: room.rows - 1 }) });
  };
  const showTyping = hideTyping();
  const screen = render(view(), { stdout, exitOnCtrlC: false, interactive: true, maxFps: 15 });
  const again = (): void => screen.rerender(view());
  const clock = setInterval(again, ageEveryMs);
  stdout.on('resize', again);
  return {
    draw(next) {
      lay = next;
      again();
    },
    keep(lines) {
      kept = [...kept, ...lines];
      again();
    },
    async close() {
      clearInterval(clock);
      stdout.off('resize', again);
      again();
      const exited = screen.waitUntilExit();
      screen.unmount();
      await exited;
      showTyping();
    },
  };
}
