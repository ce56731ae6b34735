import { useEffect, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { signIn, type Problem, type SessionRequest, type SignedIn } from '../client/api.ts';
import { problemOf } from '../client/problem-of.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { backPath, codeOfFragment } from './sign-in-address.ts';

/** `/signin`: takes the one-time code of a link, or a token. */
export function SignInPage({ onSignedIn }: { readonly onSignedIn: (person: SignedIn) => void }) {
  const [, navigate] = useLocation();
  const back = backPath(useSearch());
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setSending] = useState(false);
  const send = (request: SessionRequest): void => {
    setSending(true);
    signIn(request).then(
      (person) => {
        onSignedIn(person);
        navigate(back, { replace: true });
      },
      (error: unknown) => {
        setSending(false);
        setProblem(problemOf(error));
      },
    );
  };
  // A code is good once: it is sent once, and leaves the address before that.
  const code = useRef(codeOfFragment(window.location.hash));
  useEffect(() => {
    document.title = 'Sign in · Slipway';
    const once = code.current;
    if (once === null) return;
    code.current = null;
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
    send({ code: once });
  });
  return (
    <main className="sign-in">
      <h1>Sign in to Slipway</h1>
      <p>
        At <strong>{window.location.host}</strong>.
      </p>
      {problem !== null && <ProblemPanel problem={problem} />}
      {isSending ? <output>Signing in…</output> : <TokenForm onToken={(token) => send({ token })} />}
      <h2>Without a token</h2>
      <p>
        Run <code>slipway open</code> where you are signed in with the command line: it prints a link that signs this
        browser in, once and within ten minutes. <code>npm start</code> prints one, too; when that has been used or is
        older, <code>npx slipway open</code> in the same folder prints another.
      </p>
    </main>
  );
}

function TokenForm({ onToken }: { readonly onToken: (token: string) => void }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const token = new FormData(event.currentTarget).get('token');
        if (typeof token === 'string' && token.trim() !== '') onToken(token.trim());
      }}
    >
      <label className="field">
        Token
        <input name="token" type="password" autoComplete="current-password" required maxLength={500} />
      </label>
      <button type="submit">Sign in</button>
    </form>
  );
}
