import { Redirect, Route, Switch } from 'wouter';
import { useState, type ReactNode } from 'react';
import type { SignedIn } from './client/api.ts';
import { codeOf } from './client/problem-of.ts';
import { DeploymentPage } from './pages/deployment-page.tsx';
import { LocksPage } from './pages/locks-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { OverviewPage } from './pages/overview-page.tsx';
import { RegionPage } from './pages/region-page.tsx';
import { RegionsPage } from './pages/regions-page.tsx';
import { ServicePage } from './pages/service-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { Loading } from './parts/loading.tsx';
import { ProblemPanel, signInPath } from './parts/problem-panel.tsx';
import { usePerson } from './parts/use-person.ts';

/** Addresses and their pages. */
export function App() {
  const { data, problem, reload } = usePerson();
  const [signedIn, setSignedIn] = useState<SignedIn | null>(null);
  const person = signedIn ?? data;
  const forPerson = (page: (person: SignedIn) => ReactNode): ReactNode => {
    if (person !== null) return page(person);
    if (problem === null) return <Waiting />;
    if (codeOf(problem) === 'sign-in') return <Redirect to={signInPath()} replace />;
    return (
      <main>
        <ProblemPanel problem={problem} onTryAgain={reload} />
      </main>
    );
  };
  return (
    <Switch>
      <Route path="/signin">
        <SignInPage onSignedIn={setSignedIn} />
      </Route>
      <Route path="/">
        {forPerson((known) => (
          <OverviewPage person={known} />
        ))}
      </Route>
      <Route path="/locks">
        {forPerson((known) => (
          <LocksPage person={known} />
        ))}
      </Route>
      <Route path="/regions">
        {forPerson((known) => (
          <RegionsPage person={known} />
        ))}
      </Route>
      <Route path="/regions/:region">
        {({ region }) => forPerson((known) => <RegionPage key={region} region={region} person={known} />)}
      </Route>
      <Route path="/s/:service">
        {({ service }) => forPerson((known) => <ServicePage key={service} service={service} person={known} />)}
      </Route>
      <Route path="/s/:service/d/:number">
        {({ service, number }) =>
          /^[1-9]\d{0,14}$/.test(number) ? (
            forPerson((known) => (
              <DeploymentPage key={`${service}/${number}`} service={service} number={Number(number)} person={known} />
            ))
          ) : (
            <NotFoundPage />
          )
        }
      </Route>
      <Route>
        <NotFoundPage />
      </Route>
    </Switch>
  );
}

const Waiting = () => (
  <main>
    <Loading what="Slipway" />
  </main>
);
