/** Roles that may open for themselves what their post does not show. */
export const BREAKERS: readonly string[] = ['village', 'township', 'county', 'dispute-handler'];
/** Roles that review it. */
export const GLASS_REVIEWERS: readonly string[] = ['county', 'leading-group', 'inspector'];
