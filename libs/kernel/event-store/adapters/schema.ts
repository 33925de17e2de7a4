import { stamp } from '@kernel/engines/adapters/layout';
import { openFile } from '@kernel/engines/adapters/sqlite-file';

/**
 * Layout of the log file, and of what lies in it: it rises with every release that adds event types or schemas, so that
 * an older program leaves the folder alone. 2: lists of members that are continued in events of their own.
 */
export const LOG_LAYOUT = 2;

/** Facts and streams can only be added; boxes may be emptied (erasure), digests expire. */
const SCHEMA = `
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE events (
    position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL,
    id TEXT NOT NULL, type TEXT NOT NULL, h TEXT NOT NULL, body TEXT NOT NULL, meta TEXT NOT NULL, sigs TEXT
  );
  CREATE UNIQUE INDEX events_of_stream ON events (stream, revision);
  CREATE TABLE boxes (position INTEGER PRIMARY KEY, boxes TEXT NOT NULL);
  CREATE TABLE digests (position INTEGER PRIMARY KEY, cmd TEXT NOT NULL, digest TEXT NOT NULL, at TEXT NOT NULL);
  CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
  CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
  CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
  CREATE TRIGGER streams_stay BEFORE UPDATE ON streams BEGIN SELECT RAISE(ABORT, 'streams are never changed'); END;
  CREATE TRIGGER streams_remain BEFORE DELETE ON streams BEGIN SELECT RAISE(ABORT, 'streams are never deleted'); END;
`;

/** Makes the tables of a new log file, or refuses one that a newer version wrote. @throws StoreUnavailable */
export const prepareLog = (file: string): void => {
  openFile(file, { kept: 'data', layout: LOG_LAYOUT }, (db, found) => {
    db.transaction(() => {
      if (found === 0) db.exec(SCHEMA);
      stamp(db, LOG_LAYOUT);
    })();
  }).close();
};
