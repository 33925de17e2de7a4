export type Closing = () => Promise<void>;

/** Closes one after the other, each also where another failed. @throws the first failure */
export const closeInTurn = async (closings: readonly Closing[]): Promise<void> => {
  const failures: unknown[] = [];
  for (const close of closings) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
};

/** The last one that was opened first: the log's lock keeps others from the rest. */
export const closeAll = (opened: Closing[]): Promise<void> => closeInTurn(opened.splice(0).reverse());
