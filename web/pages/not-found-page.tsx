import { useEffect } from 'react';
import { Link } from 'wouter';

export function NotFoundPage() {
  useEffect(() => {
    document.title = 'Not found · Slipway';
  }, []);
  return (
    <main>
      <h1>There is no such page</h1>
      <p>
        Services are at <code>/s/checkout</code>, deployments at <code>/s/checkout/d/87</code>.{' '}
        <Link href="/">Overview</Link>
      </p>
    </main>
  );
}
