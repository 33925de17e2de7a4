// @ts-check
/**
 * A server that speaks the v1 gRPC protocol of EventStoreDB over a log in memory, with switches for everything that
 * fails.
 */
const { once } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');
const { Metadata, Server, ServerCredentials, status } = require('@grpc/grpc-js');
const { ClusterInfo, EndPoint, MemberInfo } = require('@eventstore/db-client/generated/gossip_pb');
const { GossipService } = require('@eventstore/db-client/generated/gossip_grpc_pb');
const { SupportedMethod, SupportedMethods } = require('@eventstore/db-client/generated/serverfeatures_pb');
const { ServerFeaturesService } = require('@eventstore/db-client/generated/serverfeatures_grpc_pb');
const { DeleteResp, TombstoneResp } = require('@eventstore/db-client/generated/streams_pb');
const { StreamsService } = require('@eventstore/db-client/generated/streams_grpc_pb');
const { DoubleLog } = require('./log.cjs');
const { batchAnswer, expectedOf, proposedOf, singleAnswer, textOf } = require('./messages.cjs');
const { read } = require('./reading.cjs');

/**
 * @typedef {{
 *   loseAnswers: number,
 *   lostAs: 'silence' | 'unavailable',
 *   frozen: boolean,
 *   unavailable: boolean,
 *   notReady: number,
 *   slow: number,
 *   duplicate: boolean,
 *   silent: boolean,
 *   denied: boolean,
 *   unreadable: boolean,
 *   scan: number,
 * }} Faults
 * loseAnswers: how many appends are written without their answer (`lostAs` = how that looks) · frozen: accepts calls
 * and answers nothing · unavailable: refuses every call · notReady: how many appends are answered as just after a
 * restart · slow: milliseconds before each answer · duplicate: every append arrives twice, every subscribed event is
 * delivered twice · silent: subscriptions confirm and then say nothing · denied: the user may not append any more ·
 * unreadable: every reading of a stream is refused as by a server without a leader · scan: milliseconds for every 320
 * events that a subscription looks at
 *
 * @typedef {{ nodes: EventStoreDouble[], leader: EventStoreDouble | undefined }} Cluster
 */

/** @returns {Faults} */
const sound = () => ({
  loseAnswers: 0,
  lostAs: 'silence',
  frozen: false,
  unavailable: false,
  notReady: 0,
  slow: 0,
  duplicate: false,
  silent: false,
  denied: false,
  unreadable: false,
  scan: 0,
});

const UNAVAILABLE = { code: status.UNAVAILABLE, details: 'the double is switched off' };
const VERSION = '24.6.0-double';

class EventStoreDouble {
  /** @type {Faults} */
  faults = sound();
  port = 0;
  /** Calls of each kind that arrived. */
  calls = { append: 0, read: 0, subscribe: 0, gossip: 0 };
  /** Messages that readings and subscriptions were answered with. */
  sent = 0;
  /** How often subscriptions were told how far they are. */
  checkpoints = 0;
  /** Where each subscription began: the commit half of its place, `-1` = the beginning. @type {number[]} */
  begun = [];
  /** @type {Cluster} */
  cluster = { nodes: [this], leader: this };
  /** @type {Set<any>} */
  #open = new Set();
  /** @type {Server | undefined} */
  #server;

  /** @param {DoubleLog} log */
  constructor(log) {
    this.log = log;
  }

  /** @param {{ port?: number, host?: string, file?: string, log?: DoubleLog }} [options] */
  static async start({ port = 0, host = '127.0.0.1', file, log = new DoubleLog({ file }) } = {}) {
    const double = new EventStoreDouble(log);
    await double.listen(port, host);
    return double;
  }

  /** Nodes over one log, the first of them the leader. @param {number} count */
  static async startCluster(count) {
    const log = new DoubleLog();
    const nodes = await Promise.all(Array.from({ length: count }, () => EventStoreDouble.start({ log })));
    const cluster = { nodes, leader: nodes[0] };
    for (const node of nodes) node.cluster = cluster;
    return cluster;
  }

  get address() {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** Also after `stop`: the same log on the same port. */
  async listen(port = this.port, host = '127.0.0.1') {
    const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
    server.addService(/** @type {any} */ (StreamsService), {
      read: (/** @type {any} */ call) => this.#read(call),
      append: (/** @type {any} */ call, /** @type {any} */ answer) => this.#append(call, answer),
      batchAppend: (/** @type {any} */ call) => this.#batchAppend(call),
      delete: (/** @type {any} */ call, /** @type {any} */ answer) => {
        this.log.delete(textOf(call.request.getOptions().getStreamIdentifier()));
        answer(null, new DeleteResp());
      },
      tombstone: (/** @type {any} */ call, /** @type {any} */ answer) => {
        this.log.tombstone(textOf(call.request.getOptions().getStreamIdentifier()));
        answer(null, new TombstoneResp());
      },
    });
    server.addService(/** @type {any} */ (ServerFeaturesService), {
      getSupportedMethods: (/** @type {any} */ _call, /** @type {any} */ answer) =>
        this.#unary(answer, () => supportedMethods()),
    });
    server.addService(/** @type {any} */ (GossipService), {
      read: (/** @type {any} */ _call, /** @type {any} */ answer) => {
        this.calls.gossip += 1;
        return this.#unary(answer, () => clusterOf(this.cluster));
      },
    });
    if (this.cluster.nodes.length === 1) this.cluster.leader = this;
    this.port = await new Promise((resolve, reject) =>
      server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    this.#server = server;
  }

  /** Everything works again. */
  recover() {
    this.faults = sound();
  }

  /** Ends every open stream without an error, as a server does that is told to stop. */
  closeStreams() {
    for (const call of this.#open) call.end();
  }

  /** Ends open streams with UNAVAILABLE, the oldest first. */
  breakStreams(count = Infinity) {
    for (const call of [...this.#open].slice(0, count)) call.emit('error', UNAVAILABLE);
  }

  get isRunning() {
    return this.#server !== undefined;
  }

  /** Connections are cut at once; the log stays, for `listen`. */
  stop() {
    if (this.cluster.leader === this) this.cluster.leader = undefined;
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  async #unfrozen() {
    while (this.faults.frozen && this.#server) await sleep(5);
  }

  /** @param {(error: any, value?: any) => void} answer @param {() => any} value */
  async #unary(answer, value) {
    await this.#unfrozen();
    if (this.faults.unavailable) answer(UNAVAILABLE);
    else answer(null, value());
  }

  /** @param {any} call */
  #track(call) {
    const stop = new AbortController();
    const forget = () => {
      this.#open.delete(call);
      stop.abort();
    };
    this.#open.add(call);
    for (const event of ['cancelled', 'close', 'finish', 'error']) call.on(event, forget);
    return stop.signal;
  }

  /** @param {any} call */
  async #read(call) {
    const signal = this.#track(call);
    const options = call.request.getOptions();
    this.calls[options.hasSubscription() ? 'subscribe' : 'read'] += 1;
    const fail = (/** @type {string} */ words, exception = {}) => {
      const metadata = new Metadata();
      for (const [key, value] of Object.entries(exception)) metadata.set(key, value);
      call.emit('error', { code: status.UNKNOWN, details: words, metadata });
    };
    if (options.hasSubscription())
      this.begun.push(
        options.getAll()?.hasPosition() ? Number(options.getAll().getPosition().getCommitPosition()) : -1,
      );
    if (this.faults.unavailable || (this.faults.unreadable && options.hasStream()))
      return call.emit('error', UNAVAILABLE);
    const send = async (/** @type {any} */ message) => {
      await this.#unfrozen();
      if (this.faults.slow > 0) await sleep(this.faults.slow);
      this.sent += 1;
      if (message.hasCheckpoint()) this.checkpoints += 1;
      if (signal.aborted || call.write(message)) return;
      await once(call, 'drain', { signal }).catch(() => undefined);
    };
    await this.#unfrozen();
    await read({ options, log: this.log, send, fail, signal, faults: this.faults });
    if (!signal.aborted) call.end();
  }

  /** @param {string} stream @param {any} expected @param {any[]} events */
  #write(stream, expected, events) {
    this.calls.append += 1;
    const proposed = events.map(proposedOf);
    const outcome = this.log.append(stream, expected, proposed);
    return this.faults.duplicate ? this.log.append(stream, expected, proposed) : outcome;
  }

  /** Appends of one client, in the order in which they came. @param {any} call */
  #batchAppend(call) {
    this.#track(call);
    if (this.faults.unavailable) return call.emit('error', UNAVAILABLE);
    /** @type {Map<string, { options: any, events: any[] }>} */
    const partial = new Map();
    let turn = Promise.resolve();
    call.on('data', (/** @type {any} */ request) => {
      const correlation = request.getCorrelationId().getString();
      const append = partial.get(correlation) ?? { options: request.getOptions(), events: [] };
      append.events.push(...request.getProposedMessagesList());
      partial.set(correlation, append);
      if (!request.getIsFinal()) return;
      partial.delete(correlation);
      turn = turn.then(() => this.#batched(call, correlation, append));
    });
    call.on('end', () => call.end());
  }

  /** @param {any} call @param {string} correlation @param {{ options: any, events: any[] }} append */
  async #batched(call, correlation, { options, events }) {
    await this.#unfrozen();
    const stream = textOf(options.getStreamIdentifier());
    if (this.faults.denied) {
      call.write(batchAnswer(correlation, stream, 'denied'));
      return;
    }
    if (this.faults.notReady > 0 || this.cluster.leader === undefined) {
      this.faults.notReady = Math.max(0, this.faults.notReady - 1);
      call.write(batchAnswer(correlation, stream, 'not-ready'));
      return;
    }
    const outcome = this.#write(stream, expectedOf(options), events);
    if (this.faults.loseAnswers > 0) {
      this.faults.loseAnswers -= 1;
      if (this.faults.lostAs === 'unavailable') call.emit('error', UNAVAILABLE);
      return;
    }
    const answer = batchAnswer(correlation, stream, outcome);
    if (this.faults.slow > 0) setTimeout(() => call.write(answer), this.faults.slow);
    else call.write(answer);
  }

  /** @param {any} call @param {(error: any, value?: any) => void} answer */
  #append(call, answer) {
    /** @type {any} */
    let options;
    /** @type {any[]} */
    const events = [];
    call.on('data', (/** @type {any} */ request) => {
      if (request.hasOptions()) options = request.getOptions();
      else events.push(request.getProposedMessage());
    });
    call.on('end', async () => {
      await this.#unfrozen();
      if (this.faults.unavailable) return answer(UNAVAILABLE);
      const outcome = this.#write(textOf(options.getStreamIdentifier()), expectedOf(options), events);
      if (outcome.kind === 'success' || outcome.kind === 'wrong') return answer(null, singleAnswer(outcome));
      return answer({ code: status.INVALID_ARGUMENT, details: outcome.kind });
    });
  }
}

const supportedMethods = () => {
  const methods = new SupportedMethods().setEventStoreServerVersion(VERSION);
  for (const [service, method] of [
    ['event_store.client.streams.streams', 'batchappend'],
    ['event_store.client.streams.streams', 'read'],
  ])
    methods.addMethods(new SupportedMethod().setServiceName(service ?? '').setMethodName(method ?? ''));
  return methods;
};

/**
 * What every node tells of the others: during an election nobody is a leader or follows one. @param {Cluster} cluster
 */
const clusterOf = ({ nodes, leader }) => {
  const { LEADER, FOLLOWER, UNKNOWN } = MemberInfo.VNodeState;
  const members = nodes.map((node) => {
    const state = node === leader ? LEADER : leader === undefined ? UNKNOWN : FOLLOWER;
    const member = new MemberInfo().setState(state).setIsAlive(node.isRunning).setTimeStamp('0');
    return member.setHttpEndPoint(new EndPoint().setAddress('127.0.0.1').setPort(node.port));
  });
  return new ClusterInfo().setMembersList(members);
};

module.exports = { EventStoreDouble };
