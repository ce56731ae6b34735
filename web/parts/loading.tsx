/** The frame stands at once; grey rows come when it takes longer than a blink. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <div className="loading" aria-busy="true">
      <h1>{what}</h1>
      <div className="row" />
      <div className="row" />
      <div className="row" />
    </div>
  );
}
