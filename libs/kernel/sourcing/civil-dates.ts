import { isCivilDate } from '@kernel/format';
import { Matches } from 'class-validator';
import type { Class } from './facts';
import { nestedClass } from './nested';
import { type Issue } from './schema';
import { rulesOf, validatedFields } from './json-schema';

const PARTIAL = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const WHOLE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/**
 * A civil date as precise as known: `2014`, `2014-03`, `2014-03-05`. An event accepts this form for ever; a command
 * must name a day that exists.
 */
export const IsCivilDate = (): PropertyDecorator => Matches(PARTIAL);

/** A civil date to the day. */
export const IsDay = (): PropertyDecorator => Matches(WHOLE);

interface Dated {
  readonly dates: readonly string[];
  readonly nested: readonly (readonly [field: string, of: Class])[];
}

const known = new Map<Class, Dated>();

const datedOf = (owner: Class): Dated => {
  const found = known.get(owner);
  if (found) return found;
  const dates = rulesOf(owner).filter(({ constraints: [form] }) => form === PARTIAL || form === WHOLE);
  const nested = validatedFields(owner).flatMap((field) => {
    const of = nestedClass(owner, field);
    return of ? [[field, of] as const] : [];
  });
  const dated = { dates: dates.map(({ propertyName }) => propertyName), nested };
  known.set(owner, dated);
  return dated;
};

/** Civil dates of an input that are no day of the calendar, such as 2014-02-30, wherever its class asks for one. */
export const dayIssues = (owner: Class, input: object, path = ''): readonly Issue[] => {
  const values = input as Readonly<Record<string, unknown>>;
  const { dates, nested } = datedOf(owner);
  const unreal = dates.flatMap((field) => {
    const date = values[field];
    if (typeof date !== 'string' || isCivilDate(date)) return [];
    return [{ path: `${path}/${field}`, code: 'isCivilDate', message: `${field} must be a day that exists` }];
  });
  return [...unreal, ...nested.flatMap(([field, of]) => within(of, values[field], `${path}/${field}`))];
};

const within = (of: Class, value: unknown, path: string): readonly Issue[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => within(of, item, `${path}/${String(index)}`));
  return typeof value === 'object' && value !== null ? dayIssues(of, value, path) : [];
};
