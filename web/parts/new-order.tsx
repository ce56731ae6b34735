/** Offered where rows are held in an order that is no longer theirs. It goes once it was pressed: the focus stays with the rows. */
export function NewOrder({ isMoved, takeNewOrder }: { readonly isMoved: boolean; readonly takeNewOrder: () => void }) {
  if (!isMoved) return null;
  return (
    <button
      type="button"
      className="small"
      onClick={({ currentTarget }) => {
        currentTarget.parentElement?.focus();
        takeNewOrder();
      }}
    >
      New order
    </button>
  );
}
