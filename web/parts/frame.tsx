import { useCallback, useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { signOut, type SignedIn } from '../client/api.ts';
import type { Freshness } from '../live/freshness.ts';
import type { Alert } from './alerts.ts';
import { Announcer } from './announcer.tsx';
import { chooseZone, chosenZone, zones } from './clock.ts';
import { HeaderSwitch } from './header-switch.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { chooseTheme, chosenTheme, themes } from './theme.ts';
import { useShortcuts } from './use-shortcuts.ts';

interface FrameProps {
  /** Of the window: it says the state, too. */
  readonly title: string;
  readonly freshness: Freshness;
  readonly person: SignedIn | null;
  /** What screen readers are told. */
  readonly status?: string;
  readonly alerts?: readonly Alert[];
  readonly children: ReactNode;
}

const connectionLost: Alert = { about: 'The connection to Slipway is lost', cause: '' };

/** What stands around every page. */
export function Frame({ title, freshness, person, status = '', alerts = [], children }: FrameProps) {
  const [, navigate] = useLocation();
  const help = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    document.title = `${title} · Slipway`;
  }, [title]);
  useShortcuts({
    goToOverview: useCallback(() => navigate('/'), [navigate]),
    showHelp: useCallback(() => help.current?.showModal(), []),
  });
  const { level, text, cutSince } = freshness;
  return (
    <div className={`page ${level}`}>
      <header>
        <Link className="home" href="/">
          Slipway
        </Link>
        <span className={`freshness ${level}`}>{text}</span>
        <Find />
        <Link href="/regions">Regions</Link>
        <Link href="/locks">Freezes and locks</Link>
        <span className="person">{person?.person}</span>
        {person !== null && (
          <button type="button" className="small" onClick={() => void leave()}>
            Sign out
          </button>
        )}
        <HeaderSwitch name="Times" values={zones} chosen={chosenZone} choose={chooseZone} />
        <HeaderSwitch name="Theme" values={themes} chosen={chosenTheme} choose={chooseTheme} />
        <button type="button" className="small" onClick={() => help.current?.showModal()}>
          Keys
        </button>
      </header>
      {cutSince !== null && (
        <p className="banner">No connection since {cutSince}. Deployments go on without this page.</p>
      )}
      <main>{children}</main>
      <Announcer status={status} alerts={cutSince === null ? alerts : [...alerts, connectionLost]} />
      <HelpDialog dialog={help} />
    </div>
  );
}

/** Whatever the api answers, the page forgets who one was. */
async function leave(): Promise<void> {
  await signOut().catch(() => undefined);
  window.location.assign('/signin');
}

/** On the overview it filters what is shown; elsewhere it leads there. */
function Find() {
  const [path, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const isOverview = path === '/';
  const go = (find: string, replace: boolean): void => {
    const query = isOverview ? search : new URLSearchParams();
    if (find === '') query.delete('find');
    else query.set('find', find);
    navigate(query.size === 0 ? '/' : `/?${query}`, { replace });
  };
  return (
    <search>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const find = new FormData(event.currentTarget).get('find');
          go(typeof find === 'string' ? find : '', false);
        }}
      >
        <input
          data-find
          type="search"
          name="find"
          aria-label="Find a service"
          placeholder="Find a service"
          key={path}
          defaultValue={isOverview ? (search.get('find') ?? '') : ''}
          onChange={({ target }) => isOverview && go(target.value, true)}
        />
      </form>
    </search>
  );
}
