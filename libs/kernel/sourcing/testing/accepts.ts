import { accepts } from '../schema';
import type { Class } from '../facts';

/** What ajv alone says: the fast half of the pair that must agree with class-validator. */
export const acceptsInput = (owner: Class, input: unknown): boolean => accepts(owner)(input);
