import { Link } from 'wouter';
import { brokenGlassText } from '../../domain/progress/broken-glass-text.ts';
import { listReviews, type Deployment } from '../client/api.ts';
import { useResource } from '../live/use-resource.ts';

/** Approvals that one person went past, and nobody else has looked at yet: among what needs someone. */
export function Reviews({ version }: { readonly version: string }) {
  const { data } = useResource(openReviews, version);
  if (data === null || data.length === 0) return null;
  return (
    <section aria-label="To be reviewed">
      <h2>
        To be reviewed <span className="count">{data.length}</span>
      </h2>
      <ul className="busy">
        {data.map((glass) => (
          <li key={`${glass.deployment} ${glass.stage ?? ''}`}>
            <Link href={`/s/${glass.service}/d/${glass.number}`} data-row>
              {glass.deployment}
            </Link>
            <span className="cause">{brokenGlassText(glass)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const openReviews = async () => (await listReviews()).reviews;

/** The marks of a deployment; they stay. */
export function BrokenGlass({ deployment: { brokenGlass = [] } }: { readonly deployment: Deployment }) {
  if (brokenGlass.length === 0) return null;
  return (
    <section aria-label="Broken glass">
      <h2>Broken glass</h2>
      <ul>
        {brokenGlass.map((glass) => (
          <li key={glass.stage ?? ''}>{brokenGlassText(glass)}</li>
        ))}
      </ul>
    </section>
  );
}
