import { InvalidCommand, mustNameAreas } from '@kernel/commanding';
import { canonical, FormatError, MAX_APPEND_BYTES, MAX_EVENT_BYTES, newUuid } from '@kernel/format';
import { localDate, type Act, type AnyDecider, type AnyFact, type CommandMeta } from '@kernel/sourcing';
import type { System } from '@system/system';

type Decide = (state: unknown, body: object, act: Act) => readonly AnyFact[];

/**
 * Does with a command that begins a stream all that carrying it out would do, and writes nothing: form, permission,
 * decision, the class and the size of each event. `supposed` is the state of whatever it names that is not there yet.
 * @throws whatever `Commands.execute` throws
 */
export const rehearse = async (
  system: System,
  [category, command]: readonly [category: string, command: string],
  body: object,
  { issued, supposed }: { readonly issued: CommandMeta; readonly supposed: object },
): Promise<void> => {
  const decider = system.commands.decider(category);
  const issues = decider.commands.issues(command, body);
  if (issues) throw new InvalidCommand(issues);
  canonical(body);
  const act = { ...actOf(system, category, issued), referred: <S>() => supposed as S };
  mustNameAreas(decider, [command, body], act.places, act.today);
  await system.commands.permit(command, decider.area(decider.initialState as never, body, act), issued);
  const decide = decider.decide[command] as Decide;
  mustFit(decider, decide(decider.initialState, body, act), act.subject);
};

const actOf = ({ log, rules, places }: System, category: string, issued: CommandMeta): Omit<Act, 'referred'> => {
  const subject = newUuid();
  const stream = `${category}-${subject}`;
  return { ...issued, log, stream, subject, today: localDate(issued.at), rules, places };
};

const mustFit = ({ events }: AnyDecider, facts: readonly AnyFact[], subject: string): void => {
  const sizes = facts.map(({ type, data }) => {
    const of = events.types.get(type);
    const refused = of?.refuse(data);
    if (!of || refused !== undefined) throw new FormatError(`not-a-${type}`, '/data');
    return of.bytes(data, subject);
  });
  if (sizes.some((bytes) => bytes > MAX_EVENT_BYTES)) throw new FormatError('event-too-large', '/data');
  if (sizes.reduce((total, bytes) => total + bytes, 0) > MAX_APPEND_BYTES)
    throw new FormatError('append-too-large', '');
};
