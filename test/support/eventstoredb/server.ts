import { Connection } from '@kernel/event-store/adapters/eventstoredb-client';
import { readAddress } from '@kernel/event-store/adapters/eventstoredb-address';
import { EventStoreDouble } from './double.cjs';

/** The server that the engine tests run against in the place of the double. */
export const realServer = process.env['EVENTSTOREDB_URL'];

export interface ServerUnderTest {
  readonly address: string;
  readonly stop: () => void;
}

/** The server that EVENTSTOREDB_URL names, which may hold logs of others; else a double of its own. */
export const serverUnderTest = async (): Promise<ServerUnderTest> => {
  if (realServer !== undefined) return { address: realServer, stop: () => undefined };
  const double = await EventStoreDouble.start();
  return {
    address: double.address,
    stop: () => {
      double.stop();
    },
  };
};

const loudly = (name: string): string => {
  process.stderr.write(`NOT RUN against ${readAddress(realServer ?? '').shown}, for it needs the double: ${name}\n`);
  return name;
};

/** Tests that pull the double's levers, or need a server of their own: against a real one they are skipped by name. */
export const describeDouble = (name: string, tests: () => void): void => {
  if (realServer === undefined) describe(name, tests);
  else describe.skip(loudly(name), tests);
};

export const onDouble = (name: string, test: () => Promise<void>): void => {
  if (realServer === undefined) it(name, test);
  else it.skip(loudly(name), test);
};

/** What an administrator of the server can do to a stream, through the driver. */
const administer = async (address: string, work: (client: Connection['client']) => Promise<unknown>): Promise<void> => {
  const connection = await Connection.open(readAddress(address).connection);
  await work(connection.client).finally(() => connection.close());
};

/** Softly, as the server's own page does it. */
export const deleteSoftly = (address: string, stream: string): Promise<void> =>
  administer(address, (client) => client.deleteStream(stream));

export const deleteForEver = (address: string, stream: string): Promise<void> =>
  administer(address, (client) => client.tombstoneStream(stream));

/** Hides the beginning of a stream, as scavenging will take it away. */
export const cutStream = (
  address: string,
  stream: string,
  cut: { readonly truncateBefore?: number; readonly maxCount?: number; readonly maxAge?: number },
): Promise<void> => administer(address, (client) => client.setStreamMetadata(stream, cut));
