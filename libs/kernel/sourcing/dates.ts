const SHANGHAI_OFFSET = 8 * 3_600_000;

/** Civil date in Asia/Shanghai (UTC+8 without summer time since 1992) of a UTC instant. */
export const localDate = (instant: string): string =>
  new Date(Date.parse(instant) + SHANGHAI_OFFSET).toISOString().slice(0, 10);

/** First day of a civil date that may be partial: `2014` → `2014-01-01`. */
export const firstDay = (date: string): string =>
  date.length === 4 ? `${date}-01-01` : date.length === 7 ? `${date}-01` : date;

/** The civil date `days` after a date. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${firstDay(date)}T00:00:00.000Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Whole days from one civil date to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round(
    (Date.parse(`${firstDay(to)}T00:00:00.000Z`) - Date.parse(`${firstDay(from)}T00:00:00.000Z`)) / 86_400_000,
  );

/** The day on which an event took effect: its own date where it has one, else the local day of its recording. */
export const effectiveDay = (meta: { readonly validFrom?: string; readonly recordedAt: string }): string =>
  meta.validFrom === undefined ? localDate(meta.recordedAt) : firstDay(meta.validFrom);

/** The UTC instant some minutes after another. */
export const instantAfter = (instant: string, minutes: number): string =>
  new Date(Date.parse(instant) + minutes * 60_000).toISOString();
