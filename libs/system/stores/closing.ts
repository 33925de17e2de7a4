export type Closing = () => Promise<void>;

/** The last one first. */
export const closeAll = async (opened: Closing[]): Promise<void> => {
  for (const close of opened.splice(0).reverse()) await close();
};
