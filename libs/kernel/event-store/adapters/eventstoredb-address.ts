import { existsSync } from 'node:fs';

/** An address that cannot be used, with every fault in words; passwords are never shown. */
export class BadAddress extends Error {
  override readonly name = 'BadAddress';
  constructor(
    readonly setting: string,
    readonly faults: readonly string[],
  ) {
    super(`${setting}: ${faults.join('; ')}`);
  }
}

export interface EventStoreAddress {
  /** What the driver is given. */
  readonly connection: string;
  /** The same without its password, for people. */
  readonly shown: string;
  readonly tls: boolean;
}

type Check = (value: string) => string | undefined;

const whole =
  (least: number): Check =>
  (value) =>
    /^-?\d{1,9}$/.test(value) && Number(value) >= least ? undefined : `must be a whole number from ${String(least)}`;
const only =
  (values: readonly string[], why = ''): Check =>
  (value) =>
    values.includes(value) ? undefined : `must be ${values.join(' or ')}${why}`;
const file: Check = (value) => (existsSync(value) ? undefined : `there is no file ${value}`);

/**
 * Every option that may be set, as the driver understands it; what it ignores or what breaks it is refused with the
 * reason.
 */
const OPTIONS: Readonly<Record<string, Check>> = {
  tls: only(['true', 'false']),
  insecure: only(['true']),
  tlsVerifyCert: only(['true'], ': the driver ignores it; name the authority by tlsCAFile'),
  tlsCAFile: file,
  userCertFile: file,
  userKeyFile: file,
  connectionName: () => undefined,
  nodePreference: only(['leader'], ': a follower may be behind what was acknowledged'),
  throwOnAppendFailure: only(['true'], ': otherwise the driver answers a wrong revision'),
  maxDiscoverAttempts: whole(1),
  discoveryInterval: whole(1),
  gossipTimeout: whole(1),
  defaultDeadline: whole(1),
  keepAliveInterval: whole(10_000),
  keepAliveTimeout: whole(1),
};

const HOST = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)(?::(\d{1,5}))?$/;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

interface Parts {
  readonly scheme: string;
  readonly credentials: string | undefined;
  readonly hosts: readonly string[];
  readonly query: readonly (readonly [key: string, value: string])[];
}

const partsOf = (text: string): Parts => {
  const [, scheme = '', rest = ''] = /^([a-z+]+):\/\/(.*)$/s.exec(text) ?? [];
  const mark = rest.indexOf('?');
  const authority = (mark === -1 ? rest : rest.slice(0, mark)).replace(/\/+$/, '');
  const at = authority.lastIndexOf('@');
  const query = mark === -1 ? [] : rest.slice(mark + 1).split('&');
  return {
    scheme,
    credentials: at === -1 ? undefined : authority.slice(0, at),
    hosts: authority.slice(at + 1).split(','),
    query: query.map((pair) => [
      pair.split('=', 1)[0] ?? '',
      pair.includes('=') ? pair.slice(pair.indexOf('=') + 1) : '',
    ]),
  };
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

const credentialFaults = (credentials: string | undefined): readonly string[] => {
  if (credentials === undefined) return [];
  const parts = credentials.split(':');
  const plain = parts.length === 2 && parts.every((part) => part !== '' && !/[@/?#\s]/.test(part));
  if (!plain) return ['give user:password, with @ : / ? # and % in them percent-encoded (@ is %40)'];
  return parts.every((part) => decoded(part) !== undefined)
    ? []
    : ['the percent-encoding of user or password is broken'];
};

const hostFaults = (hosts: readonly string[]): readonly string[] =>
  hosts.flatMap((host) => {
    const [, , port = '2113'] = HOST.exec(host) ?? [];
    if (!HOST.test(host)) return [`"${host}" is no host or host:port`];
    return Number(port) > 0 && Number(port) < 65_536 ? [] : [`"${host}" has no port from 1 to 65535`];
  });

const optionFaults = (query: Parts['query']): readonly string[] => {
  const seen = new Set<string>();
  return query.flatMap(([key, value]) => {
    const check = Object.hasOwn(OPTIONS, key) ? OPTIONS[key] : undefined;
    const twice = seen.has(key);
    seen.add(key);
    if (!check) return [`there is no option "${key}" (known: ${Object.keys(OPTIONS).join(', ')})`];
    if (twice) return [`option ${key} stands twice`];
    const text = decoded(value);
    const fault = text === undefined || text === '' ? 'is empty or wrongly encoded' : check(text);
    return fault === undefined ? [] : [`option ${key} ${fault}`];
  });
};

/** Without TLS the driver drops credentials in silence, and everything travels in clear. */
const clearFaults = ({ credentials, hosts, query }: Parts): readonly string[] => {
  const option = new Map(query);
  if (option.get('tls') !== 'false' || option.get('insecure') === 'true') return [];
  const told = 'say insecure=true beside tls=false if that is meant';
  if (credentials !== undefined) return [`without TLS the driver drops user and password silently: ${told}`];
  const away = hosts.filter((host) => !LOOPBACK.test(HOST.exec(host)?.[1] ?? ''));
  return away.length === 0 ? [] : [`without TLS everything travels in clear to ${away.join(', ')}: ${told}`];
};

/**
 * Seconds for a node to say who leads: the driver asks one after the other, and would wait five for each that is
 * frozen.
 */
const GOSSIP = 'gossipTimeout=1';

const isCluster = ({ scheme, hosts }: Parts): boolean => scheme === 'esdb+discover' || hosts.length > 1;

const schemeFaults = (scheme: string): readonly string[] =>
  scheme === 'esdb' || scheme === 'esdb+discover'
    ? []
    : ['must begin with esdb:// or esdb+discover:// (the driver does not know kurrentdb://)'];

/**
 * Reads the address of an EventStoreDB, stricter than the driver, which guesses, warns or ignores.
 * @throws BadAddress naming the setting and every fault
 */
export const readAddress = (text: string, setting = 'JIANDANG_EVENTSTOREDB'): EventStoreAddress => {
  const parts = partsOf(text.trim());
  const scheme = schemeFaults(parts.scheme);
  const faults =
    scheme.length > 0
      ? scheme
      : [
          ...credentialFaults(parts.credentials),
          ...hostFaults(parts.hosts),
          ...optionFaults(parts.query),
          ...clearFaults(parts),
        ];
  if (faults.length > 0) throw new BadAddress(setting, faults);
  const { scheme: name, hosts } = parts;
  const tls = new Map(parts.query).get('tls') !== 'false';
  const options = parts.query.filter(([key]) => key !== 'insecure').map(([key, value]) => `${key}=${value}`);
  const known = isCluster(parts) && !options.some((option) => option.startsWith('gossipTimeout=')) ? [GOSSIP] : [];
  const credentials = parts.credentials === undefined || !tls ? '' : `${parts.credentials}@`;
  const queryOf = (all: readonly string[]): string => (all.length === 0 ? '' : `?${all.join('&')}`);
  const user = credentials === '' ? '' : `${credentials.split(':', 1)[0] ?? ''}:***@`;
  return {
    connection: `${name}://${credentials}${hosts.join(',')}${queryOf([...options, ...known])}`,
    shown: `${name}://${user}${hosts.join(',')}${queryOf(options)}`,
    tls,
  };
};
