// @ts-check
/**
 * Between the records of the double and the messages of the v1 protocol, as the client's own generated classes write
 * them.
 */
const { Any } = require('google-protobuf/google/protobuf/any_pb');
const { Empty: GoogleEmpty } = require('google-protobuf/google/protobuf/empty_pb');
const shared = require('@eventstore/db-client/generated/shared_pb');
const { Status } = require('@eventstore/db-client/generated/status_pb');
const { BatchAppendResp, AppendResp, ReadResp } = require('@eventstore/db-client/generated/streams_pb');
const { MAX_APPEND_SIZE } = require('./log.cjs');

/**
 * @typedef {import('./log.cjs').Kept} Kept @typedef {import('./log.cjs').Outcome} Outcome @typedef
 * {import('./log.cjs').Expected} Expected
 */

const TICKS_PER_MILLISECOND = 10_000n;

const uuid = (/** @type {string} */ text) => new shared.UUID().setString(text);
const identifier = (/** @type {string} */ stream) => new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
const textOf = (/** @type {shared.StreamIdentifier | undefined} */ one) =>
  Buffer.from(one?.getStreamName_asU8() ?? []).toString();

/** @param {any} message a ProposedMessage of either kind of append */
const proposedOf = (message) => ({
  id: /** @type {string} */ (message.getId().getString()),
  type: /** @type {string} */ (message.getMetadataMap().get('type') ?? ''),
  contentType: /** @type {string} */ (message.getMetadataMap().get('content-type') ?? ''),
  data: Buffer.from(message.getData_asU8()),
  metadata: Buffer.from(message.getCustomMetadata_asU8()),
});

/** @param {any} options of either kind of append @returns {Expected} */
const expectedOf = (options) => {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream_exists';
  return Number(options.getStreamPosition?.() ?? options.getRevision());
};

/** @param {Kept} record */
const eventMessage = ({ id, type, contentType, data, metadata, stream, revision, position, created }) => {
  const event = new ReadResp.ReadEvent.RecordedEvent()
    .setId(uuid(id))
    .setStreamIdentifier(identifier(stream))
    .setStreamRevision(String(revision))
    .setCommitPosition(String(position))
    .setPreparePosition(String(position))
    .setCustomMetadata(metadata)
    .setData(data);
  event
    .getMetadataMap()
    .set('type', type)
    .set('content-type', contentType)
    .set('created', String(BigInt(created) * TICKS_PER_MILLISECOND));
  return new ReadResp().setEvent(new ReadResp.ReadEvent().setEvent(event).setCommitPosition(String(position)));
};

const packed = (/** @type {any} */ message, /** @type {string} */ name, /** @type {string} */ words) => {
  const details = new Any();
  details.pack(message.serializeBinary(), `event_store.client.${name}`);
  return new Status().setCode(2).setMessage(words).setDetails(details);
};

/** @param {Expected} expected @param {number} current */
const wrongVersion = (expected, current) => {
  const wrong = new shared.WrongExpectedVersion();
  if (expected === 'no_stream') wrong.setExpectedNoStream(new GoogleEmpty());
  else if (expected === 'any') wrong.setExpectedAny(new GoogleEmpty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new GoogleEmpty());
  else wrong.setExpectedStreamPosition(String(expected));
  if (current === -1) wrong.setCurrentNoStream(new GoogleEmpty());
  else wrong.setCurrentStreamRevision(String(current));
  return packed(wrong, 'WrongExpectedVersion', 'WrongExpectedVersion');
};

const denied = () => packed(new shared.AccessDenied(), 'AccessDenied', 'Access Denied');

/** What a server says for a moment after a restart, and while there is no leader. */
const notReady = () => packed(new shared.BadRequest(), 'BadRequest', 'Server Is Not Ready');

/** @param {Exclude<Outcome, { kind: 'success' }>} outcome @param {string} stream */
const errorStatus = (outcome, stream) => {
  if (outcome.kind === 'wrong') return wrongVersion(outcome.expected, outcome.current);
  if (outcome.kind === 'too-large')
    return packed(
      new shared.MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND_SIZE),
      'MaximumAppendSizeExceeded',
      'too large',
    );
  return packed(new shared.StreamDeleted().setStreamIdentifier(identifier(stream)), 'StreamDeleted', 'StreamDeleted');
};

/** @param {string} correlation @param {string} stream @param {Outcome | 'not-ready' | 'denied'} outcome */
const batchAnswer = (correlation, stream, outcome) => {
  const answer = new BatchAppendResp().setCorrelationId(uuid(correlation)).setStreamIdentifier(identifier(stream));
  if (outcome === 'not-ready') return answer.setError(notReady());
  if (outcome === 'denied') return answer.setError(denied());
  if (outcome.kind !== 'success') return answer.setError(errorStatus(outcome, stream));
  const success = new BatchAppendResp.Success();
  if (outcome.revision === -1) success.setNoStream(new GoogleEmpty());
  else success.setCurrentRevision(String(outcome.revision));
  if (outcome.position === undefined) success.setNoPosition(new GoogleEmpty());
  else
    success.setPosition(
      new shared.AllStreamPosition()
        .setCommitPosition(String(outcome.position))
        .setPreparePosition(String(outcome.position)),
    );
  return answer.setSuccess(success);
};

/**
 * Answer of the append that is used with credentials of its own. @param {Extract<Outcome, { kind: 'success' | 'wrong'
 * }>} outcome
 */
const singleAnswer = (outcome) => {
  if (outcome.kind === 'success') {
    const success = new AppendResp.Success().setCurrentRevision(String(outcome.revision));
    const position = String(outcome.position ?? 0);
    success.setPosition(new AppendResp.Position().setCommitPosition(position).setPreparePosition(position));
    return new AppendResp().setSuccess(success);
  }
  const wrong = new AppendResp.WrongExpectedVersion();
  if (outcome.current === -1) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(outcome.current));
  if (typeof outcome.expected === 'number') wrong.setExpectedRevision(String(outcome.expected));
  else wrong.setExpectedNoStream(new shared.Empty());
  return new AppendResp().setWrongExpectedVersion(wrong);
};

const confirmation = (/** @type {string} */ id) =>
  new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId(id));
const caughtUp = () => new ReadResp().setCaughtUp(new ReadResp.CaughtUp());
const checkpoint = (/** @type {{ commit: bigint, prepare: bigint }} */ { commit, prepare }) =>
  new ReadResp().setCheckpoint(
    new ReadResp.Checkpoint().setCommitPosition(String(commit)).setPreparePosition(String(prepare)),
  );
const streamNotFound = (/** @type {string} */ stream) =>
  new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(identifier(stream)));

module.exports = {
  batchAnswer,
  caughtUp,
  checkpoint,
  confirmation,
  eventMessage,
  expectedOf,
  proposedOf,
  singleAnswer,
  streamNotFound,
  textOf,
};
