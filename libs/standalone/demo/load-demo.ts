import type { FirstLogin } from '../first-start';
import type { System } from '../system';
export const loadDemo = (_system: System, _logins: readonly FirstLogin[]): Promise<void> => Promise.resolve();
